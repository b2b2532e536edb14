/* Audit: everything that was written down of who did what, newest first: the entries of the log, and the
 * logins beside them. Answered from indexes, page by page, however long the log is. */
#ifndef ZENGSHOU_ACCESS_AUDIT_H
#define ZENGSHOU_ACCESS_AUDIT_H

#include "access/access.h"
#include "register/history.h"

enum { AUDIT_PAGE_MAX = 200, AUDIT_RECORDS = 10 };

struct audit_query {
    struct text actor;  /* exactly, as the log names them; empty: anybody */
    struct text action; /* exactly, as "import"; "login", "login.wrong", "logout"; empty: any */
    int reg;            /* what was done to a record, sights of it too; -1: anything */
    int64_t record;
    struct text from, to; /* moments in the form of log_entry.at, both included; empty: no bound */
    size_t limit;         /* 1 … AUDIT_PAGE_MAX */
    struct text after;    /* `next` of the page before; empty: from the newest */
};

struct audit_record {
    int reg;
    int64_t id;
};

struct audit_event {
    struct log_entry entry; /* of a login: id 0; actor empty where nobody has the name; detail the address */
    struct audit_record *records; /* that it changed, retired or brought back: the first AUDIT_RECORDS */
    size_t record_count;
    bool more; /* there are further ones */
};

struct audit_page {
    struct audit_event *events;
    size_t count;
    struct text next; /* empty: this is the end */
};

/* All lives in the arena. What the caller may see of the records is the caller's business. ERR_INPUT: the
 * cursor. */
int audit_list(struct access *access, const struct audit_query *query, struct arena *arena,
               struct audit_page *page, struct err *err);

#endif
