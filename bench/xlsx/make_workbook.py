"""Writes a workbook of ROWS × 20 shaped like a county's export: every cell text, most of it from shared strings, names and
numbers that seldom repeat, as spreadsheet programs save it.

    make_workbook.py ROWS FILE
"""

import random
import sys
import zipfile
from xml.sax.saxutils import escape

COLUMNS = ["省", "市", "县", "乡", "村", "户编号", "人编号", "姓名", "性别", "证件号码", "出生日期", "与户主关系", "民族",
           "健康状况", "务工企业", "务工时间", "工资性收入", "转移性收入", "年纯收入", "人均纯收入"]
LETTERS = "ABCDEFGHIJKLMNOPQRST"

PARTS = {
    "[Content_Types].xml":
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    "_rels/.rels":
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="xl/workbook.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "xl/workbook.xml":
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels":
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        '<Relationship Id="rId2" Target="sharedStrings.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def row_of(number, chance):
    town, village = chance.randrange(25), chance.randrange(20)
    wage, transfer = chance.randrange(0, 60000), chance.randrange(0, 9000)
    return ["湖南省", "衡阳市", "衡阳县", f"第{town}镇", f"第{town}镇{village}村", f"4304{number // 3:010}", f"43{number:012}",
            chance.choice("赵钱孙李周吴郑王") + chance.choice("伟芳娜敏静强磊军洋勇") + chance.choice("一二三四五六七八"),
            chance.choice("男女"), f"430421{chance.randrange(1940, 2020)}0101{chance.randrange(10000):04}",
            f"{chance.randrange(1940, 2020)}0101", chance.choice(["户主", "配偶", "之子", "之女", "之父"]), "汉族",
            chance.choice(["健康", "残疾", "长期慢性病", "残疾,长期慢性病"]), "", chance.choice(["", "6", "9", "12"]),
            str(wage), str(transfer), str(wage + transfer), f"{(wage + transfer) / 3:.2f}"]


def main(rows, path):
    chance = random.Random(1)
    shared = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"{HEAD}<worksheet {MAIN}><sheetData>".encode())
            for number in range(1, rows + 1):
                values = COLUMNS if number == 1 else row_of(number, chance)
                cells = "".join(f'<c r="{letter}{number}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'
                                for letter, value in zip(LETTERS, values) if value)
                sheet.write(f'<row r="{number}" spans="1:20">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w") as strings:
            strings.write(f'{HEAD}<sst {MAIN} uniqueCount="{len(shared)}">'.encode())
            for value in shared:
                strings.write(f"<si><t>{escape(value)}</t></si>".encode())
            strings.write(b"</sst>")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
