/* A parser's message names its own grammar; a pack's writer needs to hear what to look for in the line. */
#include "pack/yaml_error.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *part; /* of the parser's message */
    const char *zh, *en;
} words[] = {
    {"without a closing bracket", "方括号 [ 或花括号 { 没有配对", "a bracket [ or { is not closed"},
    {"invalid extra closing", "多了一个右括号", "a closing bracket too many"},
    {"missing comma", "缺少逗号或右括号", "a comma between two items, or the closing bracket, is missing"},
    {"without closing quote", "引号没有配对", "a quotation mark is not closed"},
    {"invalid escape", "双引号中的反斜杠转义不对；可改用单引号",
     "wrong backslash escape within \"…\"; single quotes may serve"},
    {"invalid hex escape", "双引号中的反斜杠转义不对；可改用单引号",
     "wrong backslash escape within \"…\"; single quotes may serve"},
    {"invalid multiline plain key", "上一行的值后面多出一行；检查缩进，或该行缺少“键: ”",
     "a line too many after a value; check the indentation, or its `key: ` is missing"},
    {"invalid nested block mapping", "一行里有两个“键: ”；值中含冒号时请加引号",
     "two `key: ` in one line; put a value that has a colon in quotes"},
    {"invalid block mapping key on same line", "一行里有两个“键: ”；值中含冒号时请加引号",
     "two `key: ` in one line; put a value that has a colon in quotes"},
    {"invalid indentation in mapping", "缩进与同级的键不一致",
     "the indentation differs from that of its neighbours"},
    {"wrongly indented", "缩进不对", "the indentation is wrong"},
    {"wrong indendation", "缩进不对", "the indentation is wrong"},
    {"did not find expected key", "此处应是“键: 值”", "`key: value` was expected here"},
    {"could not find expected ':'", "键的后面缺少冒号", "a colon is missing behind the key"},
    {"did not find expected '-'", "此处应是以“- ”开头的列表项",
     "an item beginning with `- ` was expected here"},
    {"plain scalar cannot start", "不加引号的值不能以此符号开头；请加引号",
     "a value without quotes cannot begin with this sign; put it in quotes"},
    {"invalid trailing content", "引号之后还有内容", "something stands behind the closing quotation mark"},
    {"comment", "注释符号 # 的前面要有空格", "a comment sign # needs a blank before it"},
    {"directive", "配置包中不能用 % 指令", "% directives are not allowed in a pack"},
};

void yaml_error_words(const char *message, char *zh, char *en, size_t size)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(message, words[i].part) == NULL) continue;
        snprintf(zh, size, "YAML 语法错误：%s", words[i].zh);
        snprintf(en, size, "YAML syntax: %s", words[i].en);
        return;
    }
    snprintf(zh, size, "YAML 语法错误：%.100s", message);
    snprintf(en, size, "YAML syntax: %.100s", message);
}
