/* Explaining one finding takes the facts of one family; a screening in the database left them there. */
#include "monitor/findings.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/gather.h"
#include "monitor/local.h"
#include "register/order.h"
#include "register/part.h"

/* Families in a part: a household has some dozens of rows, a village some thousands. */
enum { PART_SUBJECTS = 4096, PART_OTHERS = 64 };

#define LISTED_TABLE "zs_listed"
#define PART_TABLE   "zs_part"

struct finder {
    struct database *database;
    const struct screening *screening;
    const char *language;
    struct describer *describer; /* over the screening's own frame; NULL when it has none */
};

/* One finding in the database, in row order. */
struct listed {
    int64_t record, head; /* the family it belongs to */
    enum finding state;
    bool fresh;
};

struct findings {
    struct finder *finder;
    const struct screening_rule *rule;
    const struct pack_rule *meta;
    int only;
    int64_t left;
    uint32_t row;          /* not pushed: the next row to look at */
    struct listed *listed; /* pushed */
    size_t count, capacity, next;
    size_t part_end; /* behind the last finding of the part that is loaded */
    int head;        /* the register of families; -1: the formula needs all of the registers */
    struct frame *frame;
    struct describer *describer;
};

struct finder *finder_new(struct database *database, const struct screening *screening, const char *language)
{
    struct finder *finder = mem_new(1, sizeof *finder);
    *finder = (struct finder){.database = database, .screening = screening, .language = language};
    if (screening->frame != NULL)
        finder->describer =
            describer_new(database_pack(database), screening->frame, screening->as_of, language);
    return finder;
}

void finder_free(struct finder *finder)
{
    if (finder == NULL) return;
    describer_free(finder->describer);
    free(finder);
}

/* ---- What there is to list ---- */

static int fill_listed(const struct findings *findings, struct store *store, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY", "state INTEGER", "fresh INTEGER"};
    struct bulk *bulk;
    struct statement *statement;
    int code = bulk_begin(store, LISTED_TABLE, columns, 3, &bulk, err);
    if (code == 0) code = bulk_end(bulk, err);
    if (code == 0)
        code = store_prepare(
            store,
            TEXT(
                "INSERT INTO " LISTED_TABLE " (id, state, fresh) SELECT f.record, f.state,"
                " CASE WHEN p.record IS NULL THEN 1 ELSE 0 END FROM zs_finding AS f LEFT JOIN zs_finding AS p"
                " ON p.run = ?3 AND p.rule = f.rule AND p.record = f.record AND p.state = 1"
                " WHERE f.run = ?1 AND f.rule = ?2 AND f.state BETWEEN ?4 AND ?5"),
            &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, findings->finder->screening->run);
    statement_bind_text(statement, 2, findings->meta->label.name);
    statement_bind_int(statement, 3, findings->rule->previous);
    statement_bind_int(statement, 4, findings->only == 0 ? FINDING_HIT : findings->only);
    statement_bind_int(statement, 5, findings->only == 0 ? FINDING_UNDETERMINED : findings->only);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static int read_listed(struct findings *findings, struct err *err)
{
    static const char *const columns[] = {"state", "fresh"};
    struct statement *statement;
    bool more = false;
    int head = findings->head < 0 ? findings->meta->scope : findings->head;
    int code = order_scan(findings->finder->database, findings->meta->scope, head, LISTED_TABLE, columns, 2,
                          &statement, err);
    if (code != 0) return code;
    while ((int64_t)findings->count < findings->left && (code = statement_step(statement, &more, err)) == 0 &&
           more) {
        findings->listed =
            mem_grow(findings->listed, &findings->capacity, findings->count + 1, sizeof *findings->listed);
        bool hit = statement_int(statement, 2) == FINDING_HIT;
        findings->listed[findings->count++] =
            (struct listed){statement_int(statement, 0), statement_int(statement, 1),
                            hit ? FINDING_HIT : FINDING_UNDETERMINED,
                            hit && findings->rule->previous != 0 && statement_int(statement, 3) != 0};
    }
    statement_free(statement);
    return code;
}

static int list(struct findings *findings, struct err *err)
{
    static const char *const tables[] = {LISTED_TABLE};
    struct store *store = database_store(findings->finder->database);
    int code = fill_listed(findings, store, err);
    if (code == 0) code = read_listed(findings, err);
    store_drop_temporary(store, tables, 1);
    return code;
}

/* Families are those of the subject; what stands above it or apart from it is a family of its own. */
static int head_of(const struct pack *pack, const struct pack_rule *rule)
{
    const struct schema *schema = &pack->schema;
    int head = hangs_on(schema, rule->scope, pack->subject) ? pack->subject : rule->scope;
    return formula_is_local(schema, rule->node, head) ? head : -1;
}

int findings_open(struct finder *finder, size_t rule, int only, int64_t limit, struct findings **out,
                  struct err *err)
{
    const struct pack *pack = database_pack(finder->database);
    struct findings *findings = mem_new(1, sizeof *findings);
    findings->finder = finder;
    findings->rule = &finder->screening->rules[rule];
    findings->meta = &pack->rules[findings->rule->rule];
    findings->only = only;
    findings->left = limit;
    int code = 0;
    if (findings->rule->pushed) {
        int64_t count = (only == FINDING_UNDETERMINED ? 0 : findings->rule->hits) +
                        (only == FINDING_HIT ? 0 : findings->rule->undetermined);
        findings->head = head_of(pack, findings->meta);
        if (count > 0) code = list(findings, err);
    }
    *out = findings;
    if (code == 0) return 0;
    findings_close(findings);
    *out = NULL;
    return code;
}

/* ---- Parts ---- */

static void unload(struct findings *findings)
{
    describer_free(findings->describer);
    frame_free(findings->frame);
    findings->describer = NULL;
    findings->frame = NULL;
}

/* The heads of the next families, which stand together in row order. */
static int fill_part(struct findings *findings, struct store *store, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY"};
    bool subjects = findings->head == database_pack(findings->finder->database)->subject;
    size_t families = 0, most = subjects ? PART_SUBJECTS : PART_OTHERS, i = findings->next;
    struct bulk *bulk;
    int code = bulk_begin(store, PART_TABLE, columns, 1, &bulk, err);
    if (code != 0) return code;
    for (; code == 0 && i < findings->count; i++) {
        if (i > findings->next && findings->listed[i].head == findings->listed[i - 1].head) continue;
        if (families++ == most) break;
        bulk_int(bulk, 0, findings->listed[i].head);
        code = bulk_row(bulk, err);
    }
    findings->part_end = i;
    if (code == 0) return bulk_end(bulk, err);
    bulk_abandon(bulk);
    return code;
}

static int load(struct findings *findings, struct err *err)
{
    static const char *const tables[] = {PART_TABLE};
    struct database *database = findings->finder->database;
    const struct program_root root = {findings->meta->node, findings->meta->scope};
    const struct frame_part part = {findings->head, PART_TABLE};
    unload(findings);
    int code = 0;
    if (findings->head < 0) {
        findings->part_end = findings->count;
        code = gather_part(database, &root, NULL, &findings->frame, err);
    } else {
        code = fill_part(findings, database_store(database), err);
        if (code == 0) code = gather_part(database, &root, &part, &findings->frame, err);
        store_drop_temporary(database_store(database), tables, 1);
    }
    if (code == 0)
        findings->describer = describer_new(database_pack(database), findings->frame,
                                            findings->finder->screening->as_of, findings->finder->language);
    return code;
}

/* ---- Walking ---- */

static int next_listed(struct findings *findings, struct finding_at *at, bool *more, struct err *err)
{
    while (findings->next < findings->count) {
        int code = findings->next == findings->part_end ? load(findings, err) : 0;
        if (code != 0) return code;
        const struct listed *listed = &findings->listed[findings->next++];
        uint32_t row = frame_row(findings->frame, findings->meta->scope, listed->record);
        if (row == FRAME_NO_ROW) continue; /* it went since */
        *at = (struct finding_at){findings->describer, row, listed->state, listed->fresh};
        *more = true;
        return 0;
    }
    return 0;
}

static bool next_bit(struct findings *findings, struct finding_at *at)
{
    const struct screening_rule *rule = findings->rule;
    do {
        if (!screening_next(rule, &findings->row, &at->row, &at->state)) return false;
    } while (findings->only != 0 && at->state != (enum finding)findings->only);
    at->describer = findings->finder->describer;
    at->fresh = at->state == FINDING_HIT && rule->previous != 0 &&
                (rule->fresh_rows[at->row / 64] >> (at->row % 64) & 1) != 0;
    return true;
}

int findings_next(struct findings *findings, struct finding_at *at, bool *more, struct err *err)
{
    *more = false;
    if (findings->rule->pushed) return next_listed(findings, at, more, err);
    if (findings->left > 0 && next_bit(findings, at)) {
        *more = true;
        findings->left--;
    }
    return 0;
}

void findings_close(struct findings *findings)
{
    if (findings == NULL) return;
    unload(findings);
    /* Rule after rule would fill the memory: a rule's values on all rows are several times the frame. */
    if (!findings->rule->pushed) describer_forget(findings->finder->describer);
    free(findings->listed);
    free(findings);
}
