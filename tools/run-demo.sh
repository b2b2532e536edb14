#!/bin/sh
# What `make run` shows: a synthetic county made, imported sheet by sheet and screened, with the ordinary commands. Everything
# goes to demo/; when county and pack are those of the last time, only the screening runs again.
set -eu
cd "$(dirname "$0")/.."

program=build/release/zengshou
pack=packs/hengyang-2022
seed=${SEED:-20220930}
households=${HOUSEHOLDS:-30000}
as_of=2022-09-30
database=demo/county.db
lists=demo/lists-$as_of.xlsx

say() { # Chinese, English
    case ${ZENGSHOU_LANG:-zh} in
    en) printf '%s\n' "$2" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

mkdir -p demo
stamp=$(
    {
        echo "$seed $households $as_of"
        find "$pack" -type f | LC_ALL=C sort | xargs sha256sum
    } | sha256sum | cut -c1-16
)

if [ ! -e "$database" ] || [ "$(cat demo/stamp 2>/dev/null)" != "$stamp" ]; then
    if [ -e demo/stamp ]; then
        say "包或选项变了：旧的演示数据库留作 $database.old" \
            "The pack or the options have changed: the old database is kept as $database.old"
        for file in "$database" "$database-wal"; do
            if [ -e "$file" ]; then mv "$file" "$database.old${file#"$database"}"; fi
        done
    fi
    rm -f demo/stamp "$database" "$database-wal" "$database-shm"
    say "== 生成演示县（合成数据，不含真人）" "== Making a county (synthetic; nobody in it is real)"
    "$program" demo --pack "$pack" --out demo/sheets --households "$households" --seed "$seed" --as-of "$as_of" --json \
        >demo/files.json
    say "== 建立数据库" "== Making the database"
    "$program" init --db "$database" --pack "$pack"
    python3 -c '
import json
for file in json.load(open("demo/files.json", encoding="utf-8"))["files"]:
    print(file["feed"], file["path"], sep="\t")' >demo/files.tsv
    while IFS='	' read -r feed sheet; do
        echo
        say "== 导入 $sheet" "== Importing $sheet"
        refused=demo/refused-$(basename "$sheet")
        rm -f "$refused"
        "$program" import --db "$database" "$feed" "$sheet" --errors "$refused"
    done <demo/files.tsv
    echo "$stamp" >demo/stamp
    echo
fi

say "== 筛查，截至 $as_of" "== Screening as of $as_of"
"$program" screen --db "$database" --as-of "$as_of" --out "$lists"
