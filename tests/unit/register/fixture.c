/* The county that the register tests share. */
#include "fixture.h"

#include "base/date.h"
#include "register/database_private.h"
#include "register/seal_database.h"
#include "register/vault.h"

static const uint8_t ALL[] = {31, 31, 31, 31, 31, 31, 31, 31};
const struct scope fixture_everything = {
    .actor = {"tester", 6}, .actions = ALL, .everywhere = true, .unmasked = ~(uint32_t)0};

enum { ROOM = 16 }; /* fields a register, codes a dictionary: tests may add up to it */

static struct label label_of(const char *name, const char *zh, const char *en)
{
    return (struct label){text_of(name), text_of(zh), text_of(en)};
}

struct schema_field *fixture_field(struct pack *pack, int reg, int field)
{
    return (struct schema_field *)&pack->schema.registers[reg].fields[field];
}

struct pack_field *fixture_meta(struct pack *pack, int reg, int field)
{
    return (struct pack_field *)&pack->registers[reg].fields[field];
}

static int put_field(struct pack *pack, int reg, struct label label, struct type type, bool required)
{
    struct schema_register *meta = &pack->schema.registers[reg];
    assert_true(meta->field_count < ROOM);
    int field = (int)meta->field_count++;
    *fixture_field(pack, reg, field) = (struct schema_field){.label = label, .type = type};
    *fixture_meta(pack, reg, field) = (struct pack_field){.required = required};
    return field;
}

int fixture_add_field(struct pack *pack, int reg, const char *name, struct type type, bool required)
{
    return put_field(pack, reg, label_of(name, name, name), type, required);
}

void fixture_add_code(struct pack *pack, int dictionary, const char *name)
{
    struct schema_dictionary *meta = &pack->schema.dictionaries[dictionary];
    assert_true(meta->code_count < ROOM);
    ((struct schema_code *)meta->codes)[meta->code_count++].label = label_of(name, name, name);
}

void fixture_drop_field(struct pack *pack, int reg, int field)
{
    struct schema_register *meta = &pack->schema.registers[reg];
    size_t behind = --meta->field_count - (size_t)field;
    memmove(fixture_field(pack, reg, field), fixture_field(pack, reg, field + 1),
            behind * sizeof(struct schema_field));
    memmove(fixture_meta(pack, reg, field), fixture_meta(pack, reg, field + 1),
            behind * sizeof(struct pack_field));
}

void fixture_redigest(struct pack *pack, const char *digest)
{
    snprintf(pack->digest, sizeof pack->digest, "%s", digest);
}

static void put_register(struct pack *pack, int reg, struct label label, int parent, int parent_field,
                         int name_field)
{
    pack->schema.registers[reg] =
        (struct schema_register){.label = label,
                                 .fields = arena_array(&pack->arena, ROOM, sizeof(struct schema_field)),
                                 .parent = parent,
                                 .parent_field = parent_field};
    pack->registers[reg] =
        (struct pack_register){.fields = arena_array(&pack->arena, ROOM, sizeof(struct pack_field)),
                               .name_field = name_field,
                               .file = "registers/all.yaml"};
}

static void put_key(struct pack *pack, int reg, const int *fields, size_t count)
{
    int *key = arena_array(&pack->arena, count, sizeof *key);
    memcpy(key, fields, count * sizeof *key);
    pack->registers[reg].key = key;
    pack->registers[reg].key_count = count;
}

static void put_dictionary(struct pack *pack, int dictionary, struct label label, const char *const *names)
{
    pack->schema.dictionaries[dictionary] =
        (struct schema_dictionary){label, arena_array(&pack->arena, ROOM, sizeof(struct schema_code)), 0};
    for (size_t i = 0; names[i] != NULL; i++) fixture_add_code(pack, dictionary, names[i]);
}

static struct type coded(enum type_kind kind, int dictionary)
{
    return (struct type){kind, dictionary, -1, -1};
}

static struct type reference(int reg)
{
    return (struct type){TYPE_RECORD, -1, -1, reg};
}

static void build_dictionaries(struct pack *pack)
{
    static const char *const category[] = {"general", "relieved", "monitored", NULL};
    static const char *const health[] = {"good", "chronic", "disabled", NULL};
    static const char *const wheel[] = {"wage", "business", "property", "transfer", NULL};
    pack->schema.dictionaries = arena_array(&pack->arena, DICTIONARIES, sizeof *pack->schema.dictionaries);
    pack->schema.dictionary_count = DICTIONARIES;
    put_dictionary(pack, CATEGORY, label_of("category", "户类型", "Category"), category);
    put_dictionary(pack, HEALTH, label_of("health", "健康状况", "Health"), health);
    put_dictionary(pack, WHEEL, label_of("wheel", "四个轮子", "Four wheels"), wheel);
    pack->schema.units = arena_array(&pack->arena, 2, sizeof *pack->schema.units);
    pack->schema.units[0].label = label_of("mu", "亩", "mu");
    pack->schema.units[1].label = label_of("hectare", "公顷", "hectare");
    pack->schema.unit_count = 2;
}

static void build_places(struct pack *pack)
{
    put_register(pack, VILLAGE, label_of("village", "村", "Village"), -1, -1, VILLAGE_NAME);
    put_field(pack, VILLAGE, label_of("code", "村编号", "Code"), type_of(TYPE_TEXT), true);
    put_field(pack, VILLAGE, label_of("name", "村名", "Name"), type_of(TYPE_TEXT), true);
    put_field(pack, VILLAGE, label_of("township", "乡镇", "Township"), type_of(TYPE_TEXT), true);
    put_field(pack, VILLAGE, label_of("people", "总人口数", "People"), type_of(TYPE_INT), false);
    put_key(pack, VILLAGE, (int[]){VILLAGE_CODE}, 1);

    put_register(pack, HOUSEHOLD, label_of("household", "户", "Household"), VILLAGE, HOUSEHOLD_VILLAGE,
                 HOUSEHOLD_HEAD);
    put_field(pack, HOUSEHOLD, label_of("number", "户编号", "Household number"), type_of(TYPE_TEXT), true);
    put_field(pack, HOUSEHOLD, label_of("head", "户主姓名", "Head"), type_of(TYPE_TEXT), false);
    put_field(pack, HOUSEHOLD, label_of("village", "所在村", "Its village"), reference(VILLAGE), true);
    put_field(pack, HOUSEHOLD, label_of("category", "户类型", "Category"), coded(TYPE_CODE, CATEGORY), false);
    put_field(pack, HOUSEHOLD, label_of("arable", "耕地面积", "Arable land"),
              (struct type){TYPE_DECIMAL, -1, 0, -1}, false);
    put_field(pack, HOUSEHOLD, label_of("income", "纯收入", "Net income"), type_of(TYPE_MONEY), false);
    put_field(pack, HOUSEHOLD, label_of("growth", "增速", "Growth"), type_of(TYPE_RATIO), false);
    put_field(pack, HOUSEHOLD, label_of("monitored", "识别日期", "Monitored since"), type_of(TYPE_DATE),
              false);
    put_field(pack, HOUSEHOLD, label_of("risk", "风险月份", "Risk month"), type_of(TYPE_MONTH), false);
    put_field(pack, HOUSEHOLD, label_of("safe", "住房安全", "Safe house"), type_of(TYPE_BOOL), false);
    put_key(pack, HOUSEHOLD, (int[]){HOUSEHOLD_NUMBER}, 1);
    fixture_meta(pack, HOUSEHOLD, HOUSEHOLD_ARABLE)->least = whole(0);
    fixture_meta(pack, HOUSEHOLD, HOUSEHOLD_ARABLE)->most = whole(10000 * 10000LL);
    fixture_meta(pack, HOUSEHOLD, HOUSEHOLD_NUMBER)->pattern = TEXT("[0-9A-Z]{1,20}");
}

static void build_people(struct pack *pack)
{
    put_register(pack, PERSON, label_of("person", "人", "Person"), HOUSEHOLD, PERSON_HOUSEHOLD, PERSON_NAME);
    put_field(pack, PERSON, label_of("number", "人口编号", "Person number"), type_of(TYPE_TEXT), true);
    put_field(pack, PERSON, label_of("name", "姓名", "Name"), type_of(TYPE_TEXT), true);
    put_field(pack, PERSON, label_of("household", "所在户", "Its household"), reference(HOUSEHOLD), true);
    put_field(pack, PERSON, label_of("birth", "出生日期", "Birth date"), type_of(TYPE_DATE), false);
    put_field(pack, PERSON, label_of("health", "健康状况", "Health"), coded(TYPE_CODES, HEALTH), false);
    put_key(pack, PERSON, (int[]){PERSON_NUMBER}, 1);

    put_register(pack, LEDGER, label_of("income", "收入台账", "Income"), HOUSEHOLD, LEDGER_HOUSEHOLD, -1);
    put_field(pack, LEDGER, label_of("household", "所在户", "Its household"), reference(HOUSEHOLD), true);
    put_field(pack, LEDGER, label_of("month", "月份", "Month"), type_of(TYPE_MONTH), true);
    put_field(pack, LEDGER, label_of("wheel", "轮子", "Wheel"), coded(TYPE_CODE, WHEEL), true);
    put_field(pack, LEDGER, label_of("amount", "金额", "Amount"), type_of(TYPE_MONEY), true);
    put_field(pack, LEDGER, label_of("note", "备注", "Note"), type_of(TYPE_TEXT), false);
    put_key(pack, LEDGER, (int[]){LEDGER_HOUSEHOLD, LEDGER_MONTH, LEDGER_WHEEL}, 3);

    put_register(pack, JOB, label_of("job", "务工", "Job"), PERSON, JOB_PERSON, JOB_PLACE);
    put_field(pack, JOB, label_of("person", "务工人", "Worker"), reference(PERSON), true);
    put_field(pack, JOB, label_of("month", "月份", "Month"), type_of(TYPE_MONTH), true);
    put_field(pack, JOB, label_of("place", "务工地", "Place"), type_of(TYPE_TEXT), false);
    put_key(pack, JOB, (int[]){JOB_PERSON, JOB_MONTH}, 2);
}

static void build_divisions(struct pack *pack)
{
    static const struct pack_division divisions[] = {
        {TEXT("430421"), TEXT("衡阳县"), DIVISION_COUNTY, -1},
        {TEXT("430421101"), TEXT("金兰镇"), DIVISION_TOWNSHIP, 0},
        {TEXT("430421101001"), TEXT("甲村"), DIVISION_VILLAGE, 1},
        {TEXT("430421101002"), TEXT("乙村"), DIVISION_VILLAGE, 1},
    };
    pack->division_count = sizeof divisions / sizeof *divisions;
    pack->divisions = arena_array(&pack->arena, pack->division_count, sizeof *pack->divisions);
    memcpy(pack->divisions, divisions, sizeof divisions);
    /* Tests that want villages from the divisions say so. */
    pack->division_register = pack->division_code = pack->division_name = pack->division_township = -1;
}

struct pack *fixture_pack(void)
{
    struct pack *pack = mem_new(1, sizeof *pack);
    pack->name = TEXT("small-county");
    pack->language = "zh";
    pack->subject = HOUSEHOLD;
    pack->people = PERSON;
    pack->category = HOUSEHOLD_CATEGORY;
    pack->changes.reg = -1; /* its parameters are changed in its files alone */
    pack->schema.registers = arena_array(&pack->arena, REGISTERS, sizeof *pack->schema.registers);
    pack->schema.register_count = REGISTERS;
    pack->registers = arena_array(&pack->arena, REGISTERS, sizeof *pack->registers);
    build_dictionaries(pack);
    build_places(pack);
    build_people(pack);
    build_divisions(pack);
    pack->files = arena_array(&pack->arena, 1, sizeof *pack->files);
    pack->files[0] = (struct pack_file){TEXT("pack.yaml"), TEXT("name: small-county\n")};
    pack->file_count = 1;
    fixture_redigest(pack, "0000000000000001");
    if (getenv("ZENGSHOU_TEST_SEALED") != NULL) {
        fixture_meta(pack, PERSON, PERSON_NUMBER)->sensitive =
            SENSITIVE_IDENTITY; /* a key, referred to by jobs */
        fixture_meta(pack, PERSON, PERSON_BIRTH)->sensitive = SENSITIVE_IDENTITY;
        fixture_meta(pack, PERSON, PERSON_HEALTH)->sensitive = SENSITIVE_HEALTH;
        fixture_meta(pack, HOUSEHOLD, HOUSEHOLD_MONITORED)->sensitive = SENSITIVE_PHONE;
        fixture_meta(pack, JOB, JOB_PLACE)->sensitive = SENSITIVE_BANK;
    }
    return pack;
}

void fixture_free(struct pack *pack)
{
    arena_fini(&pack->arena);
    free(pack);
}

struct value on_day(int year, int month, int day)
{
    int32_t date;
    assert_true(date_make(year, month, day, &date));
    return whole(date);
}

struct value in_month(int year, int month)
{
    int32_t value;
    assert_true(month_make(year, month, &value));
    return whole(value);
}

struct draft draft_new(int reg)
{
    return (struct draft){.change = {.reg = reg}};
}

struct draft draft_of(int reg, int64_t id, int64_t version)
{
    return (struct draft){.change = {.reg = reg, .id = id, .version = version}};
}

void draft_set(struct draft *draft, int field, struct value value)
{
    draft->given[field] = true;
    draft->values[field] = value;
}

int draft_try(struct database *database, struct draft *draft, struct err *err)
{
    draft->change.given = draft->given;
    draft->change.values = draft->values;
    return records_write(database, &fixture_everything, TEXT("edit"), &draft->change, 1, NULL, err);
}

int64_t draft_save(struct database *database, struct draft *draft)
{
    int64_t id;
    draft->change.given = draft->given;
    draft->change.values = draft->values;
    OK(records_write(database, &fixture_everything, TEXT("edit"), &draft->change, 1, &id, &err));
    return id;
}

/* … and once more with sensitive fields, sealed. */
static bool sealed(void)
{
    return getenv("ZENGSHOU_TEST_SEALED") != NULL;
}

static void seal_place_of(const struct place *place, const struct pack *pack)
{
    static char keys[1100];
    struct database *database;
    struct seal_report done;
    snprintf(keys, sizeof keys, "%s/keys", place->folder);
    setenv(VAULT_KEYS, keys, 1);
    OK(database_open_with(place->path, false, pack, &database, &err));
    OK(database_seal_open(database, place->path, SUITE_SM, &done, &err));
    assert_true(done.fields > 0);
    database_close(database);
}

struct database *fixture_database(const struct place *place, const struct pack *pack)
{
    struct database_report report;
    /* Suites run once more in the form that can be spread over several servers. */
    enum database_distribution form =
        getenv("ZENGSHOU_TEST_DISTRIBUTED") != NULL ? DATABASE_CITUS_KEYS : DATABASE_WHOLE;
    OK(database_init_distributed(place->path, pack, form, &report, &err));
    database_report_fini(&report);
    if (sealed()) seal_place_of(place, pack);
    struct database *database;
    OK(database_open_with(place->path, false, pack, &database, &err));
    return database;
}

int64_t add_village(struct database *database, const char *code, const char *township, const char *name)
{
    struct draft draft = draft_new(VILLAGE);
    draft_set(&draft, VILLAGE_CODE, words(code));
    draft_set(&draft, VILLAGE_TOWNSHIP, words(township));
    draft_set(&draft, VILLAGE_NAME, words(name));
    return draft_save(database, &draft);
}

int64_t add_household(struct database *database, const char *number, int64_t village)
{
    struct draft draft = draft_new(HOUSEHOLD);
    draft_set(&draft, HOUSEHOLD_NUMBER, words(number));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(village));
    return draft_save(database, &draft);
}

int64_t add_person(struct database *database, const char *number, int64_t household)
{
    struct draft draft = draft_new(PERSON);
    draft_set(&draft, PERSON_NUMBER, words(number));
    draft_set(&draft, PERSON_NAME, words("某人"));
    draft_set(&draft, PERSON_HOUSEHOLD, whole(household));
    return draft_save(database, &draft);
}

int64_t broken_references(struct database *database)
{
    /* PostgreSQL has no way around its checks. */
    return count_of(database, says("SELECT count(*) FROM pragma_foreign_key_check", "SELECT 0"));
}

int64_t count_of(struct database *database, const char *sql)
{
    return ask(database_store(database), sql);
}

/* Handles among the words are opened: suites look at the tables themselves. */
static void open_handles(struct database *database, struct text words, struct buffer *out)
{
    struct buffer plain = {0};
    for (size_t at = 0; at < words.size;) {
        struct text handle = {words.at + at, VAULT_HANDLE};
        if (words.size - at < VAULT_HANDLE || vault_handle_number(handle) == 0) {
            buffer_char(out, words.at[at++]);
            continue;
        }
        struct statement *statement;
        bool row;
        OK(store_prepare(database_store(database), TEXT("SELECT place FROM zs_sealed WHERE handle = ?1"),
                         &statement, &err));
        statement_bind_text(statement, 1, handle);
        OK(statement_step(statement, &row, &err));
        assert_true(row);
        OK(vault_get(database->vault, statement_text(statement, 0), handle, &plain, &err));
        buffer_text(out, buffer_get(&plain));
        statement_free(statement);
        at += VAULT_HANDLE;
    }
    buffer_fini(&plain);
}

const char *text_from(struct database *database, const char *sql)
{
    static char text[1024];
    struct buffer opened = {0};
    struct statement *statement;
    OK(store_prepare(database_store(database), text_of(sql), &statement, &err));
    bool row;
    OK(statement_step(statement, &row, &err));
    assert_true(row);
    open_handles(database, statement_text(statement, 0), &opened);
    snprintf(text, sizeof text, "%.*s", TEXT_ARGS(buffer_get(&opened)));
    buffer_fini(&opened);
    statement_free(statement);
    return text;
}
