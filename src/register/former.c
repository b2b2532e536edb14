/* "Why was this family warned in March" is a question to the rules of March, too. */
#include "register/former.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "pack/variant.h"
#include "register/catalog.h"
#include "register/database_private.h"
#include "register/history.h"
#include "register/sealed.h"
#include "register/sql.h"
#include "register/value.h"
#include "store/tables.h"

struct former {
    struct database database; /* its store is the other one's */
};

/* ---- Keeping ---- */

int former_prepare(struct store *store, struct err *err)
{
    const struct store_dialect *say = store_dialect(store);
    struct buffer sql = {0};
    bool has;
    int code = store_has_table(store, "zs_pack", &has, err);
    if (code != 0 || has) return code;
    buffer_printf(&sql,
                  "CREATE TABLE zs_pack (digest %s NOT NULL, path %s NOT NULL, content %s NOT NULL, "
                  "PRIMARY KEY (digest, path))%s",
                  say->text, say->text, say->blob, say->table_end);
    code = sql_run(store, &sql, err);
    buffer_fini(&sql);
    return code;
}

int former_keep(struct store *store, struct text digest, struct err *err)
{
    struct statement *insert;
    int code =
        store_prepare(store,
                      TEXT("INSERT INTO zs_pack (digest, path, content) SELECT ?1, f.path, f.content FROM "
                           "zs_pack_file AS f WHERE NOT EXISTS (SELECT 1 FROM zs_pack AS p WHERE "
                           "p.digest = ?1)"),
                      &insert, err);
    if (code != 0) return code;
    statement_bind_text(insert, 1, digest);
    code = statement_run(insert, err);
    statement_free(insert);
    return code;
}

/* ---- Finding ---- */

int former_digest(struct database *database, int64_t entry, struct arena *arena, struct text *digest,
                  struct err *err)
{
    struct log_entry next;
    int code = history_pack_since(database, entry, arena, &next, err);
    *digest = text_of(database->pack->digest);
    if (code != 0 || next.id == 0) return code;
    json_t *detail = json_loadb(next.detail.at == NULL ? "" : next.detail.at, next.detail.size, 0, NULL);
    const char *former = json_string_value(json_object_get(detail, "former"));
    *digest = text_of(arena_string(arena, former == NULL ? "" : former));
    json_decref(detail);
    return 0;
}

static int read_files(struct store *store, struct text digest, struct arena *arena, struct pack_file **files,
                      size_t *count, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    int code = store_has_table(store, "zs_pack", &row, err);
    if (code != 0 || !row) return code;
    code = store_prepare(store, TEXT("SELECT path, content FROM zs_pack WHERE digest = ?1 ORDER BY path"),
                         &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, digest);
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *files = arena_grow(arena, *files, &capacity, *count + 1, sizeof **files);
        (*files)[(*count)++] = (struct pack_file){arena_text(arena, statement_text(statement, 0)),
                                                  arena_text(arena, statement_text(statement, 1))};
    }
    statement_free(statement);
    return code;
}

static int load(struct store *store, const struct pack_file *files, size_t count, struct pack **out,
                struct err *err)
{
    struct fault_list faults = {0};
    int code = pack_load_files(store_name(store), files, count, out, &faults, err);
    if (code != 0 && faults.count > 0) {
        char zh[400], en[400];
        err_format(&faults.items[0], "zh", zh, sizeof zh);
        err_format(&faults.items[0], "en", en, sizeof en);
        code = err_set(err, ERR_VERSION, "本程序不再接受当时的包：%s%.0s",
                       "this program no longer accepts the pack of then: %.0s%s", zh, en);
    }
    fault_list_fini(&faults);
    return code;
}

/* ---- Codes of later ---- */

enum { SET_MAX = 64, CODES_MAX = 65535 };

/* Behind its own codes, so that those keep their numbers. Sets of codes are words of 64 bits. */
static void add_codes(struct arena *arena, struct schema_dictionary *then,
                      const struct schema_dictionary *today)
{
    size_t most = then->code_count <= SET_MAX ? SET_MAX : CODES_MAX, count = then->code_count;
    struct schema_code *codes = arena_array(arena, count + today->code_count, sizeof *codes);
    struct map known = {0};
    value_codes(then, &known);
    for (size_t i = 0; i < count; i++) codes[i] = then->codes[i];
    for (size_t i = 0; i < today->code_count && count < most; i++) {
        if (map_get(&known, today->codes[i].label.name, NULL)) continue;
        codes[count] = (struct schema_code){.label = {.name = arena_text(arena, today->codes[i].label.name),
                                                      .zh = arena_text(arena, today->codes[i].label.zh),
                                                      .en = arena_text(arena, today->codes[i].label.en)}};
        count++;
    }
    map_fini(&known);
    then->codes = codes;
    then->code_count = count;
}

/* Records may hold by now what the former dictionaries did not have. Its formulas are compiled already and
 * cannot name such a code, so to them it is one more that they do not ask for. */
static void grow_dictionaries(struct pack *then, const struct pack *today)
{
    for (size_t i = 0; i < then->schema.dictionary_count; i++)
        for (size_t k = 0; k < today->schema.dictionary_count; k++)
            if (text_equal(then->schema.dictionaries[i].label.name, today->schema.dictionaries[k].label.name))
                add_codes(&then->arena, &then->schema.dictionaries[i], &today->schema.dictionaries[k]);
}

/* Takes the pack. */
static int with_pack(struct database *database, struct pack *pack, bool former, struct former **out,
                     struct err *err)
{
    struct former *made = mem_new(1, sizeof *made);
    made->database = (struct database){
        .store = database->store, .pack = pack, .owned = pack, .vault = database->vault, .former = former};
    int code = sealed_load(&made->database, err);
    if (code != 0) former_free(made);
    *out = code == 0 ? made : NULL;
    return code;
}

int former_open(struct database *database, struct text digest, struct former **out, struct err *err)
{
    struct arena arena = {0};
    struct pack_file *files = NULL;
    struct pack *pack = NULL;
    size_t count = 0;
    *out = NULL;
    int code = read_files(database->store, digest, &arena, &files, &count, err);
    if (code == 0 && count == 0)
        code = err_set(err, ERR_NOT_FOUND, "当时的包没有留存：它是由较旧的程序换下的",
                       "the pack of then was not kept: an older program replaced it");
    if (code == 0) code = load(database->store, files, count, &pack, err);
    arena_fini(&arena);
    if (code != 0) return code;
    grow_dictionaries(pack, database->pack);
    return with_pack(database, pack, true, out, err);
}

int former_own(struct database *database, struct former **out, struct err *err)
{
    struct pack *pack;
    *out = NULL;
    int code = pack_variant(database->pack, NULL, 0, &pack, err);
    if (code != 0) return code;
    return with_pack(database, pack, false, out, err);
}

void former_free(struct former *former)
{
    if (former == NULL) return;
    arena_fini(&former->database.arena);
    pack_free(former->database.owned);
    free(former);
}

struct database *former_database(struct former *former)
{
    return &former->database;
}

/* ---- Whether it can still be read ---- */

static bool is_code(struct type type)
{
    return type.kind == TYPE_CODE || type.kind == TYPE_CODES;
}

static int refuse_column(struct database *database, int reg, int field, struct err *err)
{
    struct text table = register_name(database->pack, reg), name = field_name(database->pack, reg, field);
    return err_set(
        err, ERR_CONFLICT, "字段 %.*s.%.*s 后来换过类型、单位或所指的登记，不能再按当时的包读",
        "field %.*s.%.*s has another type, unit or register since, and cannot be read by the pack of then",
        TEXT_ARGS(table), TEXT_ARGS(name));
}

static int check_column(struct database *database, int reg, int field, struct arena *arena, struct err *err)
{
    struct catalog_column was = catalog_column_of(database->pack, reg, field, arena), is;
    int code = catalog_column_get(database->store, register_name(database->pack, reg),
                                  field_name(database->pack, reg, field), arena, &is, err);
    if (code != 0) return code;
    /* Dictionaries grow and shrink: their values are looked at one by one. A bare number that got a unit
     * since is what it was. */
    bool same = is.known && text_equal(is.type, was.type) &&
                (is_code(register_of(database->pack, reg)->fields[field].type) || was.detail.size == 0 ||
                 text_equal(is.detail, was.detail));
    return same ? 0 : refuse_column(database, reg, field, err);
}

int former_check(struct database *database, int reg, const bool *columns, struct err *err)
{
    struct arena arena = {0};
    struct text table = register_name(database->pack, reg);
    struct catalog_register was = catalog_register_of(database->pack, reg, &arena), is;
    int code = catalog_register_get(database->store, table, &arena, &is, err);
    if (code == 0 && (!is.known || !text_equal(is.cluster, was.cluster)))
        code =
            err_set(err, ERR_CONFLICT, "登记 %.*s 的表后来另建过，不能再按当时的包读",
                    "the table of register %.*s is another one since, and cannot be read by the pack of then",
                    TEXT_ARGS(table));
    for (size_t i = 0; code == 0 && i < register_of(database->pack, reg)->field_count; i++)
        if (columns[i]) code = check_column(database, reg, (int)i, &arena, err);
    arena_fini(&arena);
    return code;
}
