/* The same few thousand names are borne by many, so a dictionary of names is small, and what it says of a
 * name holds for everybody who bears it. */
#include "register/spelling.h"

#include "register/database_private.h"
#include "register/mask.h"
#include "register/pinyin.h"
#include "register/sql.h"
#include "store/tables.h"

#define GATHERED "zs_spelling_new"

int spelling_field(const struct pack *pack, int reg)
{
    int field = pack->registers[reg].name_field;
    if (field < 0 || register_of(pack, reg)->fields[field].type.kind != TYPE_TEXT) return -1;
    return mask_kind(pack, reg, field) == SENSITIVE_NO ? field : -1;
}

/* ---- Noting ---- */

static int add(struct store *store, struct text spelling, struct text name, struct err *err)
{
    struct statement *insert;
    int code = store_prepare(
        store, TEXT("INSERT INTO zs_spelling (spelling, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING"),
        &insert, err);
    if (code != 0) return code;
    statement_bind_text(insert, 1, spelling);
    statement_bind_text(insert, 2, name);
    code = statement_run(insert, err);
    statement_free(insert);
    return code;
}

int spelling_note(struct store *store, struct text name, struct err *err)
{
    struct buffer initials = {0}, whole = {0};
    int code = 0;
    if (pinyin_of(name, &initials, &whole)) {
        code = add(store, buffer_get(&initials), name, err);
        if (code == 0) code = add(store, buffer_get(&whole), name, err);
    }
    buffer_fini(&initials);
    buffer_fini(&whole);
    return code;
}

static int gather_name(struct bulk *bulk, struct text name, struct buffer *initials, struct buffer *whole,
                       struct err *err)
{
    buffer_clear(initials);
    buffer_clear(whole);
    if (!pinyin_of(name, initials, whole)) return 0;
    bulk_text(bulk, 0, buffer_get(initials));
    bulk_text(bulk, 1, name);
    int code = bulk_row(bulk, err);
    bulk_text(bulk, 0, buffer_get(whole));
    bulk_text(bulk, 1, name);
    return code == 0 ? bulk_row(bulk, err) : code;
}

static int gather(struct store *store, const struct buffer *select, struct err *err)
{
    static const char *const columns[] = {"spelling TEXT", "name TEXT"};
    struct statement *names;
    struct bulk *bulk;
    struct buffer initials = {0}, whole = {0};
    bool row;
    int code = sql_prepare(store, select, &names, err);
    if (code != 0) return code;
    code = bulk_begin(store, GATHERED, columns, 2, &bulk, err);
    if (code == 0) {
        while ((code = statement_step(names, &row, err)) == 0 && row)
            if ((code = gather_name(bulk, statement_text(names, 0), &initials, &whole, err)) != 0) break;
        if (code == 0)
            code = bulk_end(bulk, err);
        else
            bulk_abandon(bulk);
    }
    statement_free(names);
    buffer_fini(&initials);
    buffer_fini(&whole);
    return code;
}

/* In order, so that the table is filled from front to back, and so that two who do it do not wait for each
 * other in a circle. */
int spelling_note_all(struct store *store, const struct buffer *select, struct err *err)
{
    int code = gather(store, select, err);
    if (code == 0)
        code = store_run(store,
                         "INSERT INTO zs_spelling (spelling, name) SELECT DISTINCT spelling, name "
                         "FROM " GATHERED " WHERE spelling IS NOT NULL ORDER BY spelling, name "
                         "ON CONFLICT DO NOTHING; DROP TABLE " GATHERED,
                         err);
    return code;
}

/* ---- Preparing ---- */

static int create(struct store *store, bool *fresh, struct err *err)
{
    const struct store_dialect *say = store_dialect(store);
    struct buffer sql = {0};
    bool there;
    int code = store_has_table(store, "zs_spelling", &there, err);
    *fresh = code == 0 && !there;
    if (!*fresh) return code;
    buffer_printf(&sql,
                  "CREATE TABLE zs_spelling (spelling %s NOT NULL, name %s NOT NULL, PRIMARY KEY (spelling, "
                  "name))%s",
                  say->text, say->text, say->clustered_end);
    code = sql_run(store, &sql, err);
    buffer_fini(&sql);
    return code;
}

static int spell_register(struct store *store, const struct pack *pack, int reg, struct err *err)
{
    int field = spelling_field(pack, reg);
    struct buffer sql = {0};
    if (field < 0) return 0;
    buffer_string(&sql, "SELECT DISTINCT ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " FROM ");
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " WHERE ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " IS NOT NULL");
    int code = spelling_note_all(store, &sql, err);
    buffer_fini(&sql);
    return code;
}

int spelling_prepare(struct store *store, const struct pack *pack, bool fresh_pack, struct err *err)
{
    bool fresh;
    int code = create(store, &fresh, err);
    for (size_t i = 0; code == 0 && (fresh || fresh_pack) && i < pack->schema.register_count; i++)
        code = spell_register(store, pack, (int)i, err);
    return code;
}

/* ---- Asking ---- */

/* The names come first, then the index of the register's names. PostgreSQL uses that index beside others only
 * for an array; over several servers only for a subquery. */
void spelling_matches(struct database *database, int reg, const char *alias, struct text words,
                      struct bound *bound)
{
    struct buffer typed = {0};
    int field = spelling_field(database->pack, reg);
    bool array = store_kind(database->store) == STORE_POSTGRES && database->distribution == DATABASE_WHOLE;
    if (field >= 0 && pinyin_asked(words, &typed)) {
        struct text least = arena_text(&bound->arena, buffer_get(&typed));
        struct text most = text_of(arena_printf(&bound->arena, "%.*s{", TEXT_ARGS(least))); /* behind z */
        buffer_string(&bound->sql, " OR ");
        sql_field(&bound->sql, alias, database->pack, reg, field);
        buffer_string(&bound->sql, array ? " = ANY (ARRAY(" : " IN (");
        buffer_string(&bound->sql, "SELECT s.name FROM zs_spelling AS s WHERE s.spelling >= ");
        bound_text(bound, least);
        buffer_string(&bound->sql, " AND s.spelling < ");
        bound_text(bound, most);
        buffer_string(&bound->sql, array ? "))" : ")");
    }
    buffer_fini(&typed);
}
