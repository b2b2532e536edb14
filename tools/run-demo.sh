#!/bin/sh
# What `make run` shows: a synthetic county made, imported sheet by sheet and screened, with the ordinary commands. Everything
# goes to demo/; when county and pack are those of the last time, only the screening runs again.
#
# In the end it serves the county in the browser until Ctrl+C.
#
#     HOUSEHOLDS=500 SEED=7 ZENGSHOU_LANG=en LISTEN=127.0.0.1:9000 tools/run-demo.sh      SERVE=0: do not serve
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

# One line of what `import --json` said, on standard input.
summary() {
    python3 -c '
import json, sys
said = json.load(sys.stdin)
new, changed, unchanged = (sum(part[key] for part in said["parts"]) for key in ("new", "changed", "unchanged"))
english = sys.argv[2] == "en"
print(("   {:,} rows: {:,} new, {:,} changed, {:,} unchanged; {:,} rows refused" if english else
       "   {:,}行：新增{:,}，变更{:,}，未变{:,}；退回{:,}行").format(said["rows"], new, changed, unchanged, said["rejected"])
      + (" → " + sys.argv[1] if said["rejected"] else ""))' "$1" "${ZENGSHOU_LANG:-zh}"
}

make_county() {
    say "== 生成演示县（合成数据，不含真人），${households}户" "== Making a county of $households households (synthetic; nobody in it is real)"
    "$program" demo --pack "$pack" --out demo/sheets --households "$households" --seed "$seed" --as-of "$as_of" --json \
        >demo/files.json
    "$program" init --db "$database" --pack "$pack" --json >demo/init.json
    python3 -c '
import json
for file in json.load(open("demo/files.json", encoding="utf-8"))["files"]:
    print(file["feed"], file["path"], sep="\t")' >demo/files.tsv
    while IFS='	' read -r feed sheet; do
        say "== 导入 $sheet" "== Importing $sheet"
        refused=demo/refused-$(basename "$sheet")
        rm -f "$refused"
        "$program" import --db "$database" "$feed" "$sheet" --errors "$refused" --json >demo/import.json
        summary "$refused" <demo/import.json
    done <demo/files.tsv
    echo
}

mkdir -p demo
exec 9>demo/lock
if ! flock --nonblock 9; then
    say "另一个 make run 正在进行，请等它结束" "Another make run is under way; wait for it to end" >&2
    exit 1
fi
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
        for file in "$database" "$database-wal" "$database.keys"; do
            if [ -e "$file" ]; then mv "$file" "$database.old${file#"$database"}"; fi
        done
    fi
    rm -f demo/stamp demo/today "$database" "$database-wal" "$database-shm"
    make_county
    echo "$stamp" >demo/stamp
fi

# The county lives when its data end: cases are opened on the day of the screening, and what people then did is played by the pack's stories.
say "== 筛查，截至 $as_of" "== Screening as of $as_of"
ZENGSHOU_TODAY=$as_of "$program" screen --db "$database" --as-of "$as_of" --out "$lists" >demo/screen.txt
cat demo/screen.txt
if [ ! -e demo/today ]; then
    say "== 演示办件" "== Casework of the demonstration"
    "$program" case demo --db "$database" --date "$as_of" --json >demo/cases.json
    python3 -c '
import json, sys
said = json.load(open("demo/cases.json"))
print(("   {opened:,} cases opened, {moved:,} steps done, {escalated:,} gone up, until {until}" if sys.argv[1] == "en" else
       "   立件{opened:,}，办理{moved:,}步，逾期上报{escalated:,}，办到{until}").format(**said))
open("demo/today", "w").write(said["until"])' "${ZENGSHOU_LANG:-zh}"
fi

# The number of the first household in the lists, to have something to ask about.
household=$(grep -oE '[0-9]{17}' demo/screen.txt | head -n 1)
echo
say "接下来可以打开 $lists，或在另一个终端输入：" "What next: open $lists, or type in another terminal"
echo "    $program explain --db $database household $household key_household --as-of $as_of"
echo "    $program eval --db $database --on household net_income_per_capita --by township --as-of $as_of"
echo "    $program --help"
[ "${SERVE:-1}" = 1 ] || exit 0

# One account a role, all with one password that everybody may know: the server then keeps to this machine.
password=${PASSWORD:-zengshou-2022}
echo
say "== 网页服务：演示账号的密码都是 $password" "== The browser application: the password of all demonstration accounts is $password"
printf '%s\n' "$password" | "$program" user demo --db "$database" --password-stdin
echo
export ZENGSHOU_TODAY
ZENGSHOU_TODAY=$(cat demo/today)
exec "$program" serve --db "$database" --data demo/data --web build/web --listen "${LISTEN:-127.0.0.1:8080}"
