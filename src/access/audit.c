/* Two tables tell who did what: entries of the log, which number what was written, and logins, which write
 * nothing. Read as one, newest first; in the same second the entries stand before the logins. */
#include "access/audit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access/access_private.h"
#include "base/date.h"

enum { VALUES_MAX = 12, MOMENT = 21 };

struct listing {
    struct access *access;
    const struct audit_query *query;
    struct arena *arena;
    bool behind;    /* a cursor was given: */
    struct text at; /* its moment */
    bool at_login;  /* it names a login */
    int64_t id;
    struct audit_event *entries, *logins;
    int64_t *login_ids;
    size_t entry_count, login_count;
};

/* ---- Cursors and moments ---- */

static bool to_seconds(struct text at, int64_t *seconds)
{
    struct tm parts = {0};
    char text[MOMENT];
    if (at.size != MOMENT - 1) return false;
    memcpy(text, at.at, at.size);
    text[at.size] = '\0';
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == NULL || *end != '\0') return false;
    *seconds = (int64_t)timegm(&parts);
    return true;
}

static struct text to_moment(int64_t seconds, struct arena *arena)
{
    char text[DATE_MOMENT_TEXT];
    return text_of(arena_string(arena, date_moment(seconds, text)));
}

/* MOMENT,e,ID or MOMENT,l,ID */
static int read_cursor(struct listing *listing, struct err *err)
{
    struct text after = listing->query->after;
    int64_t seconds;
    if (after.size == 0) return 0;
    const char *text = arena_copy(listing->arena, after.at, after.size);
    char *end = NULL;
    bool good = after.size > MOMENT + 2 && strlen(text) == after.size && text[MOMENT - 1] == ',' &&
                (text[MOMENT] == 'e' || text[MOMENT] == 'l') && text[MOMENT + 1] == ',' &&
                to_seconds((struct text){text, MOMENT - 1}, &seconds);
    if (good) listing->id = strtoll(text + MOMENT + 2, &end, 10);
    if (!good || *end != '\0' || listing->id < 1)
        return err_set(err, ERR_INPUT, "翻页位置不对，请从第一页开始",
                       "This is no place to go on from; begin with the first page");
    listing->behind = true;
    listing->at = (struct text){text, MOMENT - 1};
    listing->at_login = text[MOMENT] == 'l';
    return 0;
}

/* ---- A statement that grows ---- */

struct asking {
    struct buffer sql;
    struct ask_value values[VALUES_MAX];
    size_t count;
};

/* The condition has one %zu for the value's number. */
static void condition(struct asking *asking, const char *format, struct ask_value value)
{
    assert(asking->count < VALUES_MAX);
    asking->values[asking->count++] = value;
    buffer_printf(&asking->sql, format, asking->count);
}

static int open_rows(struct listing *listing, struct asking *asking, const char *order,
                     struct statement **rows, struct err *err)
{
    buffer_printf(&asking->sql, " ORDER BY %s LIMIT %zu", order, listing->query->limit + 1);
    int code = ask_open(listing->access->store, asking->sql.data, asking->values, asking->count, rows, err);
    buffer_fini(&asking->sql);
    return code;
}

/* ---- Entries ---- */

/* The entries that speak of one record: few, found by their numbers. */
static int of_record(struct listing *listing, struct asking *asking, struct err *err)
{
    const struct audit_query *query = listing->query;
    struct text reg = listing->access->pack->schema.registers[query->reg].label.name;
    int64_t created = 0;
    int code = record_creation(listing->access->database, query->reg, query->record, 0, &created, err);
    struct text sight = text_of(arena_printf(listing->arena, "%%\"register\":\"%.*s\",\"record\":%lld,%%",
                                             TEXT_ARGS(reg), (long long)query->record));
    condition(asking, "(SELECT entry AS id FROM zs_change WHERE register = ?%zu", ask_text(reg));
    condition(asking, " AND record = ?%zu", ask_int(query->record));
    buffer_printf(&asking->sql, " UNION SELECT id FROM zs_entry WHERE id = %lld", (long long)created);
    condition(
        asking,
        " UNION SELECT id FROM zs_entry WHERE action IN ('unmask', 'attach', 'detach', 'open_file') AND "
        "detail LIKE ?%zu) AS w "
        "CROSS JOIN zs_entry AS e WHERE e.id = w.id",
        ask_text(sight));
    return code;
}

static int ask_entries(struct listing *listing, struct statement **rows, struct err *err)
{
    const struct audit_query *query = listing->query;
    struct asking asking = {0};
    int code = 0;
    buffer_string(&asking.sql, "SELECT e.id, e.at, e.actor, e.action, e.detail FROM ");
    if (query->reg >= 0)
        code = of_record(listing, &asking, err);
    else
        buffer_string(&asking.sql, "zs_entry AS e WHERE 1 = 1");
    if (query->actor.size > 0) condition(&asking, " AND e.actor = ?%zu", ask_text(query->actor));
    if (query->action.size > 0) condition(&asking, " AND e.action = ?%zu", ask_text(query->action));
    if (query->from.size > 0) condition(&asking, " AND e.at >= ?%zu", ask_text(query->from));
    if (query->to.size > 0) condition(&asking, " AND e.at <= ?%zu", ask_text(query->to));
    if (listing->behind && listing->at_login) condition(&asking, " AND e.at < ?%zu", ask_text(listing->at));
    if (listing->behind && !listing->at_login) {
        condition(&asking, " AND (e.at, e.id) < (?%zu", ask_text(listing->at));
        condition(&asking, ", ?%zu)", ask_int(listing->id));
    }
    if (code == 0) return open_rows(listing, &asking, "e.at DESC, e.id DESC", rows, err);
    buffer_fini(&asking.sql);
    return code;
}

static int read_entries(struct listing *listing, struct err *err)
{
    struct statement *rows = NULL;
    struct arena *arena = listing->arena;
    bool row = false;
    int code = ask_entries(listing, &rows, err);
    if (code != 0) return code;
    listing->entries = arena_array(arena, listing->query->limit + 1, sizeof *listing->entries);
    while ((code = statement_step(rows, &row, err)) == 0 && row)
        listing->entries[listing->entry_count++].entry =
            (struct log_entry){.id = statement_int(rows, 0),
                               .at = arena_text(arena, statement_text(rows, 1)),
                               .actor = arena_text(arena, statement_text(rows, 2)),
                               .action = arena_text(arena, statement_text(rows, 3)),
                               .detail = arena_text(arena, statement_text(rows, 4))};
    statement_free(rows);
    return code;
}

/* ---- Logins ---- */

static const struct {
    const char *action, *outcome;
} outcomes[] = {{"login", "in"}, {"login.wrong", "wrong"}, {"logout", "out"}};
enum { OUTCOMES = sizeof outcomes / sizeof *outcomes };

static int find_outcome(struct text action)
{
    for (int i = 0; i < OUTCOMES; i++)
        if (text_is(action, outcomes[i].action)) return i;
    return -1;
}

static void bound_time(struct asking *asking, const char *format, struct text at)
{
    int64_t seconds;
    if (at.size > 0 && to_seconds(at, &seconds)) condition(asking, format, ask_int(seconds));
}

static int ask_logins(struct listing *listing, struct statement **rows, struct err *err)
{
    const struct audit_query *query = listing->query;
    struct asking asking = {0};
    int outcome = find_outcome(query->action);
    int64_t seconds = 0;
    buffer_string(&asking.sql, "SELECT l.id, l.at, coalesce(u.name, ''), l.outcome, l.address FROM zs_login "
                               "AS l LEFT JOIN zs_user AS u ON u.id = l.user_id WHERE 1 = 1");
    if (query->actor.size > 0)
        condition(&asking, " AND l.user_id = (SELECT id FROM zs_user WHERE name = ?%zu)",
                  ask_text(query->actor));
    if (outcome >= 0)
        condition(&asking, " AND l.outcome = ?%zu", ask_text(text_of(outcomes[outcome].outcome)));
    bound_time(&asking, " AND l.at >= ?%zu", query->from);
    bound_time(&asking, " AND l.at <= ?%zu", query->to);
    if (listing->behind) to_seconds(listing->at, &seconds);
    if (listing->behind && !listing->at_login) condition(&asking, " AND l.at <= ?%zu", ask_int(seconds));
    if (listing->behind && listing->at_login) {
        condition(&asking, " AND (l.at, l.id) < (?%zu", ask_int(seconds));
        condition(&asking, ", ?%zu)", ask_int(listing->id));
    }
    return open_rows(listing, &asking, "l.at DESC, l.id DESC", rows, err);
}

static struct text action_of(struct text outcome)
{
    for (int i = 0; i < OUTCOMES; i++)
        if (text_is(outcome, outcomes[i].outcome)) return text_of(outcomes[i].action);
    return TEXT("login");
}

static int read_logins(struct listing *listing, struct err *err)
{
    struct statement *rows = NULL;
    struct arena *arena = listing->arena;
    bool row = false;
    int code = ask_logins(listing, &rows, err);
    if (code != 0) return code;
    listing->logins = arena_array(arena, listing->query->limit + 1, sizeof *listing->logins);
    listing->login_ids = arena_array(arena, listing->query->limit + 1, sizeof *listing->login_ids);
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        listing->login_ids[listing->login_count] = statement_int(rows, 0);
        listing->logins[listing->login_count++].entry =
            (struct log_entry){.at = to_moment(statement_int(rows, 1), arena),
                               .actor = arena_text(arena, statement_text(rows, 2)),
                               .action = action_of(statement_text(rows, 3)),
                               .detail = arena_text(arena, statement_text(rows, 4))};
    }
    statement_free(rows);
    return code;
}

/* ---- As one ---- */

static void merge(struct listing *listing, struct audit_page *page)
{
    const struct audit_query *query = listing->query;
    size_t entry = 0, login = 0;
    bool at_login = false;
    page->events = arena_array(listing->arena, query->limit, sizeof *page->events);
    while (page->count < query->limit && (entry < listing->entry_count || login < listing->login_count)) {
        at_login = entry == listing->entry_count ||
                   (login < listing->login_count &&
                    text_compare(listing->logins[login].entry.at, listing->entries[entry].entry.at) > 0);
        page->events[page->count++] = at_login ? listing->logins[login++] : listing->entries[entry++];
    }
    if (page->count == 0 || (entry == listing->entry_count && login == listing->login_count)) return;
    const struct log_entry *last = &page->events[page->count - 1].entry;
    page->next =
        text_of(arena_printf(listing->arena, "%.*s,%c,%lld", TEXT_ARGS(last->at), at_login ? 'l' : 'e',
                             (long long)(at_login ? listing->login_ids[login - 1] : last->id)));
}

static int read_records(const struct listing *listing, struct statement *rows, struct audit_event *event,
                        struct err *err)
{
    const struct schema *schema = &listing->access->pack->schema;
    int code = 0;
    bool row = false;
    event->records = arena_array(listing->arena, AUDIT_RECORDS, sizeof *event->records);
    for (size_t i = 0; code == 0 && !event->more && i < schema->register_count; i++) {
        statement_bind_text(rows, 1, schema->registers[i].label.name);
        statement_bind_int(rows, 2, event->entry.id);
        while ((code = statement_step(rows, &row, err)) == 0 && row && !event->more) {
            event->more = event->record_count == AUDIT_RECORDS;
            if (!event->more)
                event->records[event->record_count++] = (struct audit_record){(int)i, statement_int(rows, 0)};
        }
        statement_reset(rows);
    }
    return code;
}

/* What was done beside a record and left its fields alone. */
static bool changed_nothing(struct text action)
{
    static const char *const actions[] = {"unmask", "attach", "detach", "open_file"};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (text_is(action, actions[i])) return true;
    return false;
}

static int find_records(struct listing *listing, struct audit_page *page, struct err *err)
{
    struct statement *rows;
    const struct audit_query *query = listing->query;
    int code = store_prepare(listing->access->store,
                             TEXT("SELECT record FROM zs_change WHERE register = ?1 AND entry = ?2 "
                                  "ORDER BY record LIMIT 11"),
                             &rows, err);
    if (code != 0) return code;
    static_assert(AUDIT_RECORDS == 10, "the statement asks for one more");
    for (size_t i = 0; code == 0 && i < page->count; i++) {
        struct audit_event *event = &page->events[i];
        if (event->entry.id == 0 || changed_nothing(event->entry.action)) continue;
        if (query->reg < 0) {
            code = read_records(listing, rows, event, err);
            continue;
        }
        event->records = arena_array(listing->arena, 1, sizeof *event->records);
        event->records[event->record_count++] = (struct audit_record){query->reg, query->record};
    }
    statement_free(rows);
    return code;
}

int audit_list(struct access *access, const struct audit_query *query, struct arena *arena,
               struct audit_page *page, struct err *err)
{
    assert(query->limit >= 1 && query->limit <= AUDIT_PAGE_MAX);
    struct listing listing = {.access = access, .query = query, .arena = arena};
    bool logins_only = find_outcome(query->action) >= 0;
    bool entries_only = query->reg >= 0 || (query->action.size > 0 && !logins_only);
    *page = (struct audit_page){0};
    int code = read_cursor(&listing, err);
    if (code == 0 && !logins_only) code = read_entries(&listing, err);
    if (code == 0 && !entries_only) code = read_logins(&listing, err);
    if (code != 0) return code;
    merge(&listing, page);
    return find_records(&listing, page, err);
}
