/* What the files of the door for writing share. */
#ifndef ZENGSHOU_REGISTER_WRITE_PRIVATE_H
#define ZENGSHOU_REGISTER_WRITE_PRIVATE_H

#include "register/database_private.h"
#include "base/json.h"
#include "register/scope_sql.h"
#include "register/sql.h"
#include "register/write.h"

/* A register's statements, prepared when first needed. */
struct door {
    struct statement *select; /* ?1 id → version, retired, created, fields; only what is in scope */
    struct statement *exists; /* ?1 id → retired; only what is in scope */
    struct statement *taken;  /* ?1 own id, ?2… key → id */
    struct statement *insert; /* ?1 id, ?2 entry, ?3… fields */
    struct statement *update; /* the same */
};

struct writer {
    struct database *database;
    const struct pack *pack;
    const struct scope *scope;
    struct validator *validator;
    struct door *doors; /* one a register */
    struct statement *log;
    struct text action, detail; /* of the log entry */
    int64_t entry;              /* 0 until the first change */
    bool casework, touch;       /* see struct write_terms */
    int32_t today;              /* the day by which bounds are judged */
    struct arena arena;
    struct buffer sql, json;
};

struct writer writer_new(struct database *database, const struct scope *scope, struct text action);
void writer_fini(struct writer *writer);

/* Runs the work in a transaction of its own, or in a savepoint of the open one: all or nothing. */
int writer_transact(struct writer *writer, int (*work)(struct writer *writer, void *context, struct err *err),
                    void *context, struct err *err);

static inline const struct schema_field *writer_field(const struct writer *writer, int reg, int field)
{
    return &register_of(writer->pack, reg)->fields[field];
}

struct old_record {
    int64_t version, retired, created;
    struct value *values; /* in the writer's arena */
    struct text *handles; /* likewise; what stands in sealed columns */
};

/* ERR_NOT_FOUND: there is no such record in scope. */
int writer_read(struct writer *writer, int reg, int64_t id, struct old_record *old, struct err *err);
/* ERR_CONFLICT: somebody else was faster. */
int writer_check_version(const struct writer *writer, int reg, int64_t id, int64_t now, int64_t seen,
                         struct err *err);
/* ERR_CONFLICT: it is retired. */
int writer_check_living(const struct writer *writer, int reg, int64_t id, const struct old_record *old,
                        struct err *err);

/* A field that workflows keep begins, in a record that a hand adds, as the pack says. */
void writer_begin_field(const struct writer *writer, const struct record_change *change, int field,
                        struct value *value);

/* What casework keeps to itself. before: the values as they stand; differs: which are to change.
 * ERR_FORBIDDEN, ERR_CONFLICT. */
int writer_check_keeper(const struct writer *writer, const struct record_change *change,
                        const struct value *before, const bool *differs, struct err *err);

/* ---- Cases, by whatever door: case_record.c ---- */

/* ERR_CONFLICT: the parent or key of a case would change. */
int writer_check_about(const struct writer *writer, const struct record_change *change,
                       const struct value *before, const bool *differs, struct err *err);
/* ERR_CONFLICT: the record belongs to a case that is closed, as it stands or as it would. before NULL: it is
 * new or brought back; after NULL: it is put away. */
int writer_check_above(const struct writer *writer, int reg, const struct value *before,
                       const struct value *after, struct err *err);
/* ERR_CONFLICT: the record would be the second open case where the workflow allows one. values: as it will
 * be. */
int writer_check_one_open(struct writer *writer, int reg, int64_t id, const struct value *values,
                          struct err *err);
/* ERR_CONFLICT: it is a case. */
int writer_check_retiring(const struct writer *writer, int reg, const struct old_record *old,
                          struct err *err);
/* Open cases that would go with what is retired; refused together, by name. */
struct open_cases {
    size_t count;
    struct buffer zh, en;
};
void writer_note_open(const struct writer *writer, int reg, const struct old_record *old,
                      struct open_cases *open);
/* ERR_CONFLICT where there are any; frees. */
int open_cases_refuse(struct open_cases *open, struct err *err);

/* One field of a record to be: its value and, where it is a reference, the record. */
/* The log's form of one field of a record as it stands, its name before it. */
void writer_note(struct writer *writer, struct json_writer *json, int reg, int field,
                 const struct old_record *old);

int writer_check_field(struct writer *writer, int reg, int field, const struct value *value, struct err *err);
/* What must have a value besides what the pack requires: a clustered table needs its parent. */
int writer_check_parent(const struct writer *writer, int reg, const struct value *values, struct err *err);
/* ERR_CONFLICT: the key is taken. */
int writer_check_key(struct writer *writer, int reg, int64_t id, const struct value *values, struct err *err);
/* ERR_FORBIDDEN: the record, as it has been written, lies outside the scope. */
int writer_check_place(struct writer *writer, int reg, int64_t id, struct err *err);

/* The log: its entry, begun once, and a row for a record. before: JSON. */
int writer_begin_entry(struct writer *writer, struct err *err);
int writer_log(struct writer *writer, int reg, int64_t id, const char *kind, struct text before,
               struct err *err);

/* The same where the record has a row under this entry already: of fields that it does not hold the old
 * values are added. *again: it had one; otherwise nothing was done. write_again.c */
int writer_log_again(struct writer *writer, int reg, int64_t id, struct text before, bool *again,
                     struct err *err);

#endif
