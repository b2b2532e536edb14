/* One message after the other: is it due, what does it say, claim it, send it, write down what became of it.
 * A claim is a row of the table, so that of two programs only one sends. */
#include "notify/notify.h"

#include <stdlib.h>

#include "access/ask.h"
#include "access/users.h"
#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "notify_tables_sql.h"
#include "store/tables.h"

enum { STALE = 300 }; /* seconds beyond the channel's own after which a claim was left by a dead program */

/* ---- The table ---- */

static const struct store_tables tables = {.sql = notify_tables_sql, .last = "zs_notice"};

int notify_init(const char *url, struct err *err)
{
    return store_tables_init(url, &tables, err);
}

const char *notice_state_name(enum notice_state state)
{
    switch (state) {
    case NOTICE_PLANNED:
        return "planned";
    case NOTICE_NOTHING:
        return "nothing";
    case NOTICE_SENT:
        return "sent";
    case NOTICE_FAILED:
        return "failed";
    case NOTICE_GIVEN_UP:
        return "given_up";
    case NOTICE_UNCERTAIN:
        return "uncertain";
    case NOTICE_EARLIER:
        return "earlier";
    case NOTICE_WAITING:
        return "waiting";
    }
    return "";
}

/* ---- One message ---- */

struct sending {
    struct casework *casework;
    struct access *access;
    struct store *store;
    const struct notify_settings *settings;
    const struct notify_options *options;
    struct case_moment moment;
    char day[DATE_TEXT];
    struct notify_report *report;
    const struct notify_channel *channel;
    const struct notify_address *address; /* NULL: a group */
    struct notice notice;
    struct case_counts counts; /* of all that it tells */
    const char *state;         /* to be written */
    bool claimed;
    struct arena arena; /* of one message */
};

static struct digest_letter letter_of(const struct sending *sending)
{
    return (struct digest_letter){.pack = database_pack(casework_database(sending->casework)),
                                  .origin = sending->settings->origin,
                                  .language = sending->settings->language,
                                  .today = sending->moment.today};
}

/* What stands in the table decides whether it is due: *due with the attempts so far. */
static int look(struct sending *sending, bool *due, struct err *err)
{
    struct statement *statement;
    bool row;
    *due = true;
    int code = ask_open(sending->store,
                        "SELECT state, attempts, at FROM zs_notice WHERE day = ?1 AND channel = ?2 AND "
                        "recipient = ?3",
                        ASK_WITH(ask_text(text_of(sending->day)), ask_text(sending->notice.channel),
                                 ask_text(sending->notice.recipient)),
                        &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) {
        struct text state = statement_text(statement, 0);
        int64_t since = sending->moment.now - statement_int(statement, 2);
        sending->notice.attempts = statement_int(statement, 1);
        if (text_is(state, "failed"))
            *due = sending->notice.attempts < NOTIFY_ATTEMPTS &&
                   (sending->options->at_once || since >= NOTIFY_PAUSE);
        else
            *due = false;
        sending->notice.state = NOTICE_EARLIER;
        if (text_is(state, "failed"))
            sending->notice.state =
                sending->notice.attempts >= NOTIFY_ATTEMPTS ? NOTICE_GIVEN_UP : NOTICE_WAITING;
        if (text_is(state, "sending"))
            sending->notice.state =
                since > sending->settings->seconds + STALE ? NOTICE_UNCERTAIN : NOTICE_WAITING;
    }
    statement_free(statement);
    return code;
}

/* ---- What it says ---- */

static int write_mail(struct sending *sending, bool *any, struct err *err)
{
    const struct digest_letter letter = letter_of(sending);
    struct digest digest;
    struct buffer subject = {0}, body = {0};
    int code = digest_of_user(sending->casework, sending->access, sending->address->user, sending->moment,
                              &sending->arena, &digest, err);
    if (code != 0) return code;
    *any = !digest_is_empty(&digest);
    sending->counts = digest.all;
    if (*any) {
        digest_say_subject(&letter, &digest, &subject);
        digest_say_mail(&letter, &digest, &body);
    }
    sending->notice.subject = arena_text(&sending->arena, buffer_get(&subject));
    sending->notice.body = arena_text(&sending->arena, buffer_get(&body));
    buffer_fini(&subject);
    buffer_fini(&body);
    return 0;
}

static bool is_meant(const struct sending *sending, const struct user_record *user)
{
    const struct notify_channel *channel = sending->channel;
    const struct pack *pack = database_pack(casework_database(sending->casework));
    int role = pack_role_find(pack, user->facts.role);
    for (size_t i = 0; i < channel->role_count; i++)
        if (channel->roles[i] == role) return true;
    for (size_t i = 0; i < channel->user_count; i++)
        if (text_equal(channel->users[i], user->facts.name)) return true;
    return false;
}

static void add_counts(struct case_counts *all, const struct case_counts *one)
{
    all->mine += one->mine;
    all->mine_due += one->mine_due;
    all->mine_overdue += one->mine_overdue;
    all->overdue_below += one->overdue_below;
}

static int write_group(struct sending *sending, bool *any, struct err *err)
{
    const struct digest_letter letter = letter_of(sending);
    struct user_record *users;
    struct text next;
    size_t count, meant = 0;
    struct buffer body = {0};
    int code =
        user_list(sending->access, &(struct user_query){0}, &sending->arena, &users, &count, &next, err);
    if (code != 0) return code;
    struct digest *digests = arena_array(&sending->arena, count, sizeof *digests);
    for (size_t i = 0; code == 0 && i < count; i++) {
        if (!is_meant(sending, &users[i])) continue;
        code = digest_of_user(sending->casework, sending->access, users[i].facts.name, sending->moment,
                              &sending->arena, &digests[meant], err);
        if (code == 0) add_counts(&sending->counts, &digests[meant++].all);
    }
    if (code != 0) return code;
    *any = digest_say_group(&letter, digests, meant,
                            sending->channel->kind == CHANNEL_WECOM ? WECOM_MOST : DINGTALK_MOST, &body);
    sending->notice.subject = letter.language[0] == 'e' ? TEXT("zengshou") : TEXT("增收办件提醒");
    sending->notice.body = arena_text(&sending->arena, buffer_get(&body));
    buffer_fini(&body);
    return 0;
}

/* ---- What is written down ---- */

static int put_entry(struct sending *sending, int64_t *entry, struct err *err)
{
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    json_put_object(&json);
    json_member_text(&json, "channel", sending->notice.channel);
    json_member_text(&json, "recipient", sending->notice.recipient);
    json_member_string(&json, "day", sending->day);
    json_member_string(&json, "result", sending->state);
    json_member_int(&json, "waiting", sending->counts.mine);
    json_member_int(&json, "overdue", sending->counts.mine_overdue);
    json_put_object_end(&json);
    int code = database_entry(casework_database(sending->casework), TEXT("notify"), TEXT("notify"),
                              buffer_get(&detail), entry, err);
    buffer_fini(&detail);
    return code;
}

/* Of two programs one changes a row: the one whose attempt it is. */
static int claim(void *context, struct err *err)
{
    struct sending *sending = context;
    const struct ask_value values[] = {ask_text(text_of(sending->day)),     ask_text(sending->notice.channel),
                                       ask_text(sending->notice.recipient), ask_text(text_of(sending->state)),
                                       ask_int(sending->notice.attempts),   ask_int(sending->moment.now)};
    int code = ask_run(sending->store,
                       "INSERT INTO zs_notice (day, channel, recipient, state, attempts, at, entry) VALUES "
                       "(?1, ?2, ?3, ?4, ?5 + 1, ?6, 0) ON CONFLICT (day, channel, recipient) DO UPDATE SET "
                       "state = excluded.state, attempts = excluded.attempts, at = excluded.at WHERE "
                       "zs_notice.state = 'failed' AND zs_notice.attempts = excluded.attempts - 1",
                       values, sizeof values / sizeof *values, err);
    sending->claimed = code == 0 && store_changes(sending->store) == 1;
    return code;
}

static int settle(void *context, struct err *err)
{
    struct sending *sending = context;
    int64_t entry;
    int code = put_entry(sending, &entry, err);
    if (code != 0) return code;
    return ask_run(
        sending->store,
        "UPDATE zs_notice SET state = ?4, entry = ?5 WHERE day = ?1 AND channel = ?2 AND recipient = "
        "?3",
        ASK_WITH(ask_text(text_of(sending->day)), ask_text(sending->notice.channel),
                 ask_text(sending->notice.recipient), ask_text(text_of(sending->state)), ask_int(entry)),
        err);
}

/* ---- Sending ---- */

static int send_it(struct sending *sending, struct err *err)
{
    const struct delivery_message message = {.language = sending->settings->language,
                                             .subject = sending->notice.subject,
                                             .body = sending->notice.body,
                                             .to =
                                                 sending->address == NULL ? NULL : sending->address->address,
                                             .now = sending->moment.now,
                                             .seconds = sending->settings->seconds};
    sending->notice.attempts++;
    switch (deliver(sending->channel, &message, &sending->notice.why)) {
    case DELIVERY_DONE:
        sending->state = "sent";
        sending->notice.state = NOTICE_SENT;
        break;
    case DELIVERY_FAILED:
        sending->state = "failed";
        sending->notice.state = sending->notice.attempts >= NOTIFY_ATTEMPTS ? NOTICE_GIVEN_UP : NOTICE_FAILED;
        break;
    case DELIVERY_UNCERTAIN:
        sending->state = "uncertain";
        sending->notice.state = NOTICE_UNCERTAIN;
        break;
    }
    return store_transact(sending->store, settle, sending, err);
}

/* An account that is not there any more is said, and tried again tomorrow. */
static int fail_writing(struct sending *sending, int code, const struct err *why, struct err *err)
{
    if (code != ERR_NOT_FOUND) {
        if (err != NULL) *err = *why;
        return code;
    }
    sending->notice.state = NOTICE_FAILED;
    sending->notice.why = *why;
    return 0;
}

static int tell(struct sending *sending, struct err *err)
{
    bool due, any = false;
    struct err why;
    int code = look(sending, &due, err);
    if (code != 0 || !due) return code;
    code = sending->address != NULL ? write_mail(sending, &any, &why) : write_group(sending, &any, &why);
    if (code != 0) return fail_writing(sending, code, &why, err);
    sending->notice.state = any ? NOTICE_PLANNED : NOTICE_NOTHING;
    if (sending->options->dry_run) return 0;
    sending->state = any ? "sending" : "nothing";
    code = store_transact(sending->store, claim, sending, err);
    if (code == 0 && !sending->claimed) sending->notice.state = NOTICE_WAITING;
    return code == 0 && sending->claimed && any ? send_it(sending, err) : code;
}

static void count(struct notify_report *report, enum notice_state state)
{
    report->planned += state == NOTICE_PLANNED;
    report->nothing += state == NOTICE_NOTHING;
    report->sent += state == NOTICE_SENT;
    report->failed += state == NOTICE_FAILED || state == NOTICE_GIVEN_UP;
    report->uncertain += state == NOTICE_UNCERTAIN;
    report->earlier += state == NOTICE_EARLIER;
    report->waiting += state == NOTICE_WAITING;
}

static int tell_one(struct sending *sending, const struct notify_channel *channel,
                    const struct notify_address *address, struct err *err)
{
    const struct notify_options *options = sending->options;
    if (options->cancelled != NULL && options->cancelled(options->context))
        return err_set(err, ERR_CANCELLED, "已停止；已发的不会再发",
                       "Stopped; what was sent is not sent again");
    sending->channel = channel;
    sending->address = address;
    sending->counts = (struct case_counts){0};
    sending->notice =
        (struct notice){.channel = channel->name, .recipient = address == NULL ? TEXT("") : address->user};
    int code = tell(sending, err);
    if (code == 0) {
        count(sending->report, sending->notice.state);
        if (options->told != NULL) options->told(options->context, &sending->notice);
    }
    arena_fini(&sending->arena);
    return code;
}

int notify_run(struct casework *casework, struct access *access, const struct notify_settings *settings,
               struct case_moment moment, const struct notify_options *options, struct notify_report *report,
               struct err *err)
{
    struct sending sending = {.casework = casework,
                              .access = access,
                              .store = database_store(casework_database(casework)),
                              .settings = settings,
                              .options = options,
                              .moment = moment,
                              .report = report};
    *report = (struct notify_report){0};
    date_format(moment.today, sending.day);
    int code = store_tables_need(sending.store, &tables, err);
    for (size_t i = 0; code == 0 && i < settings->channel_count; i++) {
        const struct notify_channel *channel = &settings->channels[i];
        if (channel->kind != CHANNEL_MAIL) code = tell_one(&sending, channel, NULL, err);
        for (size_t k = 0; code == 0 && k < channel->to_count; k++)
            code = tell_one(&sending, channel, &channel->to[k], err);
    }
    return code;
}
