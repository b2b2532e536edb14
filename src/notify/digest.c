/* Counts come from the inbox, under each account's own scope; words are made of counts alone. */
#include "notify/digest.h"

#include <string.h>

#include "access/users.h"
#include "base/date.h"

/* ---- Counts ---- */

static struct text whose(const struct pack *pack, const struct principal *principal, const char *language,
                         struct arena *arena)
{
    struct buffer words = {0};
    const struct scope *scope = &principal->scope;
    buffer_text(&words, label_in(&pack->roles[principal->role].label, language));
    if (principal->unit >= 0) {
        buffer_string(&words, " · ");
        buffer_text(&words, label_in(&pack->units[principal->unit].label, language));
    }
    for (size_t i = 0; i < scope->division_count; i++) {
        buffer_string(&words, i == 0 ? " · " : "、");
        buffer_text(&words, pack->divisions[scope->divisions[i]].name);
    }
    struct text text = arena_text(arena, buffer_get(&words));
    buffer_fini(&words);
    return text;
}

static int count_for(struct casework *casework, const struct principal *principal, struct case_moment moment,
                     struct arena *arena, struct digest *out, struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    const struct case_actor actor = case_actor_of(principal);
    struct case_counts *each = arena_array(arena, pack->workflow_count, sizeof *each);
    *out = (struct digest){.whose_zh = whose(pack, principal, "zh", arena),
                           .whose_en = whose(pack, principal, "en", arena),
                           .each = each};
    int code = case_counts(casework, &actor, moment, DIGEST_DAYS, each, err);
    for (size_t i = 0; code == 0 && i < pack->workflow_count; i++) {
        out->all.mine += each[i].mine;
        out->all.mine_due += each[i].mine_due;
        out->all.mine_overdue += each[i].mine_overdue;
        out->all.overdue_below += each[i].overdue_below;
        out->all.open += each[i].open;
    }
    return code;
}

int digest_of_user(struct casework *casework, struct access *access, struct text user,
                   struct case_moment moment, struct arena *arena, struct digest *out, struct err *err)
{
    struct user_record found;
    struct principal *principal;
    int code = user_find(access, user, arena, &found, err);
    if (code != 0) return code;
    code = access_user(access, found.facts.id, &principal, err);
    if (code == ERR_UNAUTHENTICATED)
        return err_set(err, ERR_NOT_FOUND, "账号 %.*s 已停用", "The account %.*s is retired",
                       TEXT_ARGS(user));
    if (code != 0) return code;
    if (principal->role < 0)
        *out = (struct digest){0};
    else
        code = count_for(casework, principal, moment, arena, out, err);
    principal_free(principal);
    return code;
}

bool digest_is_empty(const struct digest *digest)
{
    return digest->all.mine == 0 && digest->all.overdue_below == 0;
}

/* ---- Words ---- */

static bool is_english(const char *language)
{
    return language[0] == 'e';
}

void digest_say_counts(const struct case_counts *counts, const char *language, struct buffer *out)
{
    if (is_english(language))
        buffer_printf(out, "%lld waiting, %lld due within %d days, %lld overdue", (long long)counts->mine,
                      (long long)counts->mine_due, DIGEST_DAYS, (long long)counts->mine_overdue);
    else
        buffer_printf(out, "待办 %lld 件，%d 天内到期 %lld 件，逾期 %lld 件", (long long)counts->mine,
                      DIGEST_DAYS, (long long)counts->mine_due, (long long)counts->mine_overdue);
    if (counts->overdue_below > 0)
        buffer_printf(out, is_english(language) ? ", %lld overdue in the area" : "，辖区逾期 %lld 件",
                      (long long)counts->overdue_below);
}

void digest_say_subject(const struct digest_letter *letter, const struct digest *digest, struct buffer *out)
{
    char today[DATE_TEXT];
    buffer_printf(out, is_english(letter->language) ? "zengshou %s: " : "增收办件提醒 %s：",
                  date_format(letter->today, today));
    digest_say_counts(&digest->all, letter->language, out);
}

static void say_workflows(const struct digest_letter *letter, const struct digest *digest, struct buffer *out)
{
    for (size_t i = 0; i < letter->pack->workflow_count; i++) {
        const struct case_counts *counts = &digest->each[i];
        if (counts->mine == 0 && counts->overdue_below == 0) continue;
        buffer_text(out, label_in(&letter->pack->workflows[i].label, letter->language));
        buffer_string(out, is_english(letter->language) ? ": " : "：");
        digest_say_counts(counts, letter->language, out);
        buffer_char(out, '\n');
    }
}

void digest_say_mail(const struct digest_letter *letter, const struct digest *digest, struct buffer *out)
{
    bool english = is_english(letter->language);
    buffer_text(out, english ? digest->whose_en : digest->whose_zh);
    buffer_string(out, "\n\n");
    say_workflows(letter, digest, out);
    if (digest->all.mine > 0)
        buffer_printf(out, "%s%s/cases?kind=mine\n", english ? "\nWhat waits: " : "\n待办：", letter->origin);
    if (digest->all.overdue_below > 0)
        buffer_printf(out, "%s%s/cases?kind=overdue\n", english ? "Overdue in the area: " : "辖区逾期：",
                      letter->origin);
    buffer_string(out, english ? "\nSent by the system, with numbers only. Log in to see more.\n"
                               : "\n系统自动发送，只有件数；详情请登录查看。\n");
}

static bool said_already(const struct digest *digests, size_t index)
{
    const struct case_counts *mine = &digests[index].all;
    for (size_t i = 0; i < index; i++) {
        const struct case_counts *other = &digests[i].all;
        if (text_equal(digests[i].whose_zh, digests[index].whose_zh) && other->mine == mine->mine &&
            other->mine_due == mine->mine_due && other->mine_overdue == mine->mine_overdue &&
            other->overdue_below == mine->overdue_below)
            return true;
    }
    return false;
}

bool digest_say_group(const struct digest_letter *letter, const struct digest *digests, size_t count,
                      size_t most, struct buffer *out)
{
    enum { ROOM = 200 }; /* for what stands behind the list */
    bool english = is_english(letter->language), any = false;
    char today[DATE_TEXT];
    size_t left = 0, begin = out->size;
    buffer_printf(out, english ? "**zengshou %s**\n" : "**增收办件提醒 %s**\n",
                  date_format(letter->today, today));
    for (size_t i = 0; i < count; i++) {
        size_t before = out->size;
        if (digest_is_empty(&digests[i]) || said_already(digests, i)) continue;
        any = true;
        buffer_string(out, "\n> ");
        buffer_text(out, english ? digests[i].whose_en : digests[i].whose_zh);
        buffer_string(out, english ? ": " : "：");
        digest_say_counts(&digests[i].all, letter->language, out);
        buffer_char(out, '\n');
        if (out->size - begin + ROOM + strlen(letter->origin) <= most) continue;
        out->size = before;
        left++;
    }
    if (left > 0) buffer_printf(out, english ? "\n… and %zu more\n" : "\n……另有 %zu 条\n", left);
    buffer_printf(out, "\n[%s](%s/cases)\n", english ? "Open" : "打开办理", letter->origin);
    return any;
}
