/* Declaring, in this order: what is wrong with the form (which costs the sender nothing), the counts, the
 * question, the record. The counts and the used question stay even where the rest fails. */
#include "declare/declare.h"

#include <string.h>

#include "base/date.h"
#include "base/idcard.h"
#include "casework/act.h"
#include "declare/declare_private.h"
#include "register/record.h"

enum {
    TRIES_ADDRESS = 5, /* so many tries for each declaration that an address may make */
    STATUS_ADDRESS = 100,
    STATUS_RECEIPT = 10,
    STORY_CHARACTERS = 2000,
    STORY_LEAST = 4,
    PHONE_LEAST = 7,
    PHONE_MOST = 15
};

struct scope declare_scope(const struct pack *pack, struct arena *arena)
{
    size_t count = pack->schema.register_count;
    uint8_t *actions = arena_array(arena, count, sizeof *actions);
    actions[pack->declaration.reg] = SCOPE_READ | SCOPE_CREATE;
    actions[pack->division_register] = SCOPE_READ;
    return (struct scope){.actor = TEXT("declaration"), .actions = actions, .everywhere = true};
}

/* ---- The record ---- */

struct form {
    bool *given;
    struct value *values;
};

static void set(struct form *form, const struct pack *pack, enum declaration_part part, struct value value)
{
    int field = pack->declaration.fields[part];
    if (field < 0) return;
    form->given[field] = true;
    form->values[field] = value;
}

static struct value as_text(struct text text)
{
    return (struct value){.known = text.size > 0, .text = text};
}
static struct value as_number(int64_t integer)
{
    return (struct value){.known = true, .integer = integer};
}

static struct text narrowed(struct text text, struct arena *arena)
{
    struct buffer narrow = {0};
    text_narrow(text_trim(text), &narrow);
    for (size_t i = 0; i < narrow.size; i++)
        if (narrow.data[i] == 'x') narrow.data[i] = 'X';
    struct text copy = arena_text(arena, buffer_get(&narrow));
    buffer_fini(&narrow);
    return copy;
}

static struct form form_of(const struct pack *pack, const struct declaration *said, const char *receipt,
                           struct arena *arena)
{
    size_t count = pack->schema.registers[pack->declaration.reg].field_count;
    struct form form = {.given = arena_array(arena, count, sizeof *form.given),
                        .values = arena_array(arena, count, sizeof *form.values)};
    set(&form, pack, DECLARATION_RECEIPT, as_text(text_of(receipt)));
    set(&form, pack, DECLARATION_VILLAGE, as_number(said->village));
    set(&form, pack, DECLARATION_NAME, as_text(text_trim(said->name)));
    set(&form, pack, DECLARATION_IDENTITY, as_text(narrowed(said->identity, arena)));
    set(&form, pack, DECLARATION_PHONE, as_text(narrowed(said->phone, arena)));
    set(&form, pack, DECLARATION_STORY, as_text(text_trim(said->story)));
    set(&form, pack, DECLARATION_RECEIVED, as_number(date_today()));
    if (pack->declaration.state >= 0) set(&form, pack, DECLARATION_STATE, as_number(pack->declaration.state));
    if (said->risk >= 0) set(&form, pack, DECLARATION_RISK, as_number(said->risk));
    if (pack->declaration.source >= 0)
        set(&form, pack, DECLARATION_SOURCE, as_number(pack->declaration.source));
    return form;
}

static const char *part_of(const struct pack *pack, int field)
{
    for (int i = 0; i < DECLARATION_PARTS; i++)
        if (pack->declaration.fields[i] == field) return pack_declaration_part((enum declaration_part)i);
    return "";
}

/* ---- Declaring ---- */

struct submitting {
    struct database *database;
    struct casework *casework;
    const struct pack *pack;
    const struct declaration *said;
    struct declare_secret secret;
    struct scope scope;
    struct arena arena;
    struct form form;
    int64_t now;
    char *receipt;
    struct err verdict;
};

static struct record_change change_of(const struct submitting *submitting)
{
    return (struct record_change){.reg = submitting->pack->declaration.reg,
                                  .given = submitting->form.given,
                                  .values = submitting->form.values};
}

/* Registers take what is in papers, faults and all; here the person who knows the number is typing it. */
static int check_person(const struct submitting *submitting, const char **field, struct err *err)
{
    const struct pack_declaration *meta = &submitting->pack->declaration;
    struct text phone = submitting->form.values[meta->fields[DECLARATION_PHONE]].text;
    const struct pack_field *identity =
        &submitting->pack->registers[meta->reg].fields[meta->fields[DECLARATION_IDENTITY]];
    if (identity->format == FORMAT_IDCARD &&
        !idcard_valid(submitting->form.values[meta->fields[DECLARATION_IDENTITY]].text)) {
        *field = pack_declaration_part(DECLARATION_IDENTITY);
        return err_set(err, ERR_INPUT, "身份证号不对，请照身份证再核对一遍（18 位）",
                       "This is no identity number; compare it with the card (18 characters)");
    }
    size_t digits = 0;
    for (size_t i = 0; i < phone.size; i++) digits += phone.at[i] >= '0' && phone.at[i] <= '9';
    if (digits >= PHONE_LEAST && digits <= PHONE_MOST) return 0;
    *field = pack_declaration_part(DECLARATION_PHONE);
    return err_set(err, ERR_INPUT, "电话号码不对，请再核对一遍", "This is no phone number; check it again");
}

static int check_form(struct submitting *submitting, const char **field, struct err *err)
{
    struct record_faults faults = {0};
    const struct record_change change = change_of(submitting);
    size_t story = text_length(text_trim(submitting->said->story));
    int code = record_check(submitting->database, &submitting->scope, &change, NULL, &faults, err);
    if (code == 0 && faults.count > 0) {
        *field = part_of(submitting->pack, faults.items[0].field);
        *err = faults.items[0].err;
        code = err->code = ERR_INPUT;
    }
    record_faults_fini(&faults);
    if (code == 0) code = check_person(submitting, field, err);
    if (code == 0 && (story < STORY_LEAST || story > STORY_CHARACTERS)) {
        *field = pack_declaration_part(DECLARATION_STORY);
        code =
            err_set(err, ERR_INPUT, "请用几句话说说情况（%d 到 %d 个字）",
                    "Say in a few words what happened (%d to %d characters)", STORY_LEAST, STORY_CHARACTERS);
    }
    return code;
}

static void key_of(const struct submitting *submitting, const char *purpose, struct text what,
                   char out[DECLARE_HASH])
{
    declare_hash(&submitting->secret, purpose, what, TEXT(""), out);
}

static struct text identity_of(const struct submitting *submitting)
{
    return submitting->form.values[submitting->pack->declaration.fields[DECLARATION_IDENTITY]].text;
}

/* Counts first, then looks; what is found goes into the verdict, so that the transaction commits either way.
 */
static int weigh(void *context, struct err *err)
{
    struct submitting *submitting = context;
    const struct pack_declaration *limits = &submitting->pack->declaration;
    struct store *store = database_store(submitting->database);
    struct err *verdict = &submitting->verdict;
    char address[DECLARE_HASH], identity[DECLARE_HASH];
    int64_t tries = 0, written = 0;
    *verdict = (struct err){0};
    key_of(submitting, "address", submitting->said->address, address);
    key_of(submitting, "identity", identity_of(submitting), identity);
    int code = declare_count(store, address, submitting->now, &tries, err);
    if (code == 0) code = declare_counted(store, identity, submitting->now, &written, err);
    if (code != 0) return code;
    if (tries > limits->per_address * TRIES_ADDRESS || written >= limits->per_identity) {
        err_set(verdict, ERR_TOO_MANY, "今天提交得太多了。请明天再来，或直接到村委会说明情况",
                "Too many today. Come again tomorrow, or go to the village committee");
        return 0;
    }
    code = challenge_use(store, &submitting->secret, submitting->said->token, submitting->now, err);
    if (code == ERR_CONFLICT) {
        *verdict = *err;
        return 0;
    }
    if (code == 0) challenge_check(&submitting->secret, submitting->said, submitting->now, verdict);
    return code;
}

static int put_proof(struct submitting *submitting, int64_t record, struct err *err)
{
    struct statement *statement;
    char proof[DECLARE_HASH];
    declare_hash(&submitting->secret, "proof", text_of(submitting->receipt), identity_of(submitting), proof);
    int code =
        store_prepare(database_store(submitting->database),
                      TEXT("INSERT INTO zs_declaration (proof, record) VALUES (?1, ?2)"), &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(proof));
    statement_bind_int(statement, 2, record);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

/* Where the register's records are cases, a declaration is opened as one. */
static int put_record(struct submitting *submitting, int64_t *record, struct err *err)
{
    const struct pack_register *meta = &submitting->pack->registers[submitting->pack->declaration.reg];
    const struct record_change change = change_of(submitting);
    if (meta->workflow == NULL)
        return records_write(submitting->database, &submitting->scope, TEXT("declare"), &change, 1, record,
                             err);
    const struct case_opening opening = {.workflow = (int)(meta->workflow - submitting->pack->workflows),
                                         .given = submitting->form.given,
                                         .values = submitting->form.values};
    const struct case_moment moment = {.now = submitting->now, .today = date_today()};
    return case_open_declared(submitting->casework, &submitting->scope, moment, &opening, record, err);
}

static int write(void *context, struct err *err)
{
    struct submitting *submitting = context;
    char identity[DECLARE_HASH];
    int64_t record, count;
    key_of(submitting, "identity", identity_of(submitting), identity);
    int code = declare_count(database_store(submitting->database), identity, submitting->now, &count, err);
    if (code == 0) code = put_record(submitting, &record, err);
    return code == 0 ? put_proof(submitting, record, err) : code;
}

int declare_submit(struct casework *casework, const struct declaration *said, int64_t now,
                   char receipt[RECEIPT], const char **field, struct err *err)
{
    struct database *database = casework_database(casework);
    struct submitting submitting = {.database = database,
                                    .casework = casework,
                                    .pack = database_pack(database),
                                    .said = said,
                                    .now = now,
                                    .receipt = receipt};
    struct store *store = database_store(database);
    *field = "";
    receipt_new(receipt);
    submitting.scope = declare_scope(submitting.pack, &submitting.arena);
    submitting.form = form_of(submitting.pack, said, receipt, &submitting.arena);
    int code = check_form(&submitting, field, err);
    if (code == 0) code = declare_secret_get(store, &submitting.secret, err);
    if (code == 0) code = store_transact(store, weigh, &submitting, err);
    if (code == 0 && submitting.verdict.code != 0) {
        *err = submitting.verdict;
        code = err->code;
        if (code == ERR_INPUT) *field = "answer";
    }
    if (code == 0) code = store_transact(store, write, &submitting, err);
    arena_fini(&submitting.arena);
    return code;
}

/* ---- Asking after it ---- */

struct asking {
    struct database *database;
    struct declare_secret secret;
    char receipt[RECEIPT];
    struct text identity, address;
    int64_t now, record;
    bool locked;
};

static int count_and_find(void *context, struct err *err)
{
    struct asking *asking = context;
    struct store *store = database_store(asking->database);
    char address[DECLARE_HASH], receipt[DECLARE_HASH], proof[DECLARE_HASH];
    int64_t tries, wrong;
    struct statement *statement;
    bool row = false;
    asking->record = 0;
    declare_hash(&asking->secret, "status", asking->address, TEXT(""), address);
    declare_hash(&asking->secret, "wrong", text_of(asking->receipt), TEXT(""), receipt);
    declare_hash(&asking->secret, "proof", text_of(asking->receipt), asking->identity, proof);
    int code = declare_count(store, address, asking->now, &tries, err);
    if (code == 0) code = declare_counted(store, receipt, asking->now, &wrong, err);
    if (code != 0) return code;
    asking->locked = tries > STATUS_ADDRESS || wrong >= STATUS_RECEIPT;
    code = store_prepare(store, TEXT("SELECT record FROM zs_declaration WHERE proof = ?1"), &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(proof));
    code = statement_step(statement, &row, err);
    if (code == 0 && row) asking->record = statement_int(statement, 0);
    statement_free(statement);
    return code == 0 && !row ? declare_count(store, receipt, asking->now, &wrong, err) : code;
}

static int refuse(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "没有查到。请核对回执号和身份证号",
                   "Nothing was found. Check the receipt and the identity "
                   "number");
}

int declare_status(struct database *database, struct text receipt, struct text identity, struct text address,
                   int64_t now, int *state, int32_t *received, struct err *err)
{
    const struct pack_declaration *meta = &database_pack(database)->declaration;
    struct arena arena = {0};
    struct asking asking = {.database = database, .address = address, .now = now};
    struct scope scope = declare_scope(database_pack(database), &arena);
    struct record record = {0};
    struct store *store = database_store(database);
    asking.identity = narrowed(identity, &arena);
    /* A mistyped receipt walks the same way as a wrong one. */
    if (!receipt_read(receipt, asking.receipt)) memcpy(asking.receipt, "0000-0000-0000", RECEIPT);
    int code = declare_secret_get(store, &asking.secret, err);
    if (code == 0) code = store_transact(store, count_and_find, &asking, err);
    if (code == 0 && asking.locked)
        code = err_set(err, ERR_TOO_MANY, "查询次数太多。请明天再查，或到村委会询问",
                       "Asked too often. Ask again tomorrow, or at the village committee");
    if (code == 0) {
        code = record_get(database, &scope, meta->reg, asking.record, "zh", &arena, &record, err);
        if (code == ERR_NOT_FOUND || (code == 0 && !record.values[meta->fields[DECLARATION_STATE]].known))
            code = refuse(err);
    }
    if (code == 0) {
        *state = (int)record.values[meta->fields[DECLARATION_STATE]].integer;
        *received = (int32_t)record.values[meta->fields[DECLARATION_RECEIVED]].integer;
    }
    arena_fini(&arena);
    return code;
}
