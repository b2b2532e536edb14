/* The tables of files, their digest, and the check of all of them. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "files/attachments.h"
#include "files/attachments_private.h"
#include "files_tables_sql.h"
#include "store/tables.h"

static const struct store_tables tables = {.sql = files_tables_sql, .last = "zs_attachment"};

int files_init(const char *url, struct err *err)
{
    return store_tables_init(url, &tables, err);
}

int files_need(struct store *store, struct err *err)
{
    return store_tables_need(store, &tables, err);
}

void file_digest_of(struct text bytes, char digest[FILE_DIGEST])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(bytes.at, bytes.size, sum, &size, EVP_sha256(), NULL) != 1) mem_exhausted();
    for (unsigned i = 0; i < size && i < FILE_DIGEST / 2; i++) snprintf(digest + 2 * i, 3, "%02x", sum[i]);
}

/* ---- Verifying ---- */

static int verify_contents(struct store *store, int64_t *files, struct fault_list *faults, struct err *err)
{
    struct statement *rows;
    bool row;
    int code = store_prepare(store, TEXT("SELECT digest, size, content FROM zs_file"), &rows, err);
    if (code != 0) return code;
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        struct text digest = statement_text(rows, 0), content = statement_text(rows, 2);
        char own[FILE_DIGEST];
        file_digest_of(content, own);
        (*files)++;
        if (!text_is(digest, own) || statement_int(rows, 1) != (int64_t)content.size)
            fault_list_corrupt(
                faults, "文件 %.*s 的内容与校验值不符：被人改过或已损坏。请用备份对照",
                "The content of file %.*s does not match its digest: it was altered or is damaged. Compare "
                "with a "
                "backup",
                TEXT_ARGS(digest));
    }
    statement_free(rows);
    return code;
}

/* What the log says of an attachment stands in its entry's detail, so that neither can be changed alone. */
static int verify_attachments(struct store *store, struct fault_list *faults, struct err *err)
{
    struct statement *rows;
    bool row;
    int code = store_prepare(store,
                             TEXT("SELECT a.id, a.register, a.record, a.kind, a.digest, e.detail, e.actor = "
                                  "a.actor, f.digest, r.action, "
                                  "a.retired FROM zs_attachment AS a LEFT JOIN zs_entry AS e ON e.id = "
                                  "a.entry AND e.action = 'attach' "
                                  "LEFT JOIN zs_file AS f ON f.digest = a.digest LEFT JOIN zs_entry AS r ON "
                                  "r.id = a.retired ORDER BY "
                                  "a.id"),
                             &rows, err);
    if (code != 0) return code;
    struct buffer detail = {0};
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        struct attachment_detail said = {.reg = statement_text(rows, 1),
                                         .record = statement_int(rows, 2),
                                         .id = statement_int(rows, 0),
                                         .kind = statement_text(rows, 3),
                                         .digest = statement_text(rows, 4)};
        buffer_clear(&detail);
        attachment_detail_write(&said, &detail);
        bool logged = !statement_is_null(rows, 5) && statement_int(rows, 6) != 0 &&
                      text_equal(statement_text(rows, 5), buffer_get(&detail));
        bool retired = statement_is_null(rows, 9) || text_is(statement_text(rows, 8), "detach");
        if (!logged || !retired)
            fault_list_corrupt(
                faults, "第 %lld 号附件与日志不符：它是谁、何时、挂在哪条记录上，被人改过",
                "Attachment %lld does not match the log: who added it, or to which record, was altered",
                (long long)said.id);
        if (statement_is_null(rows, 7))
            fault_list_corrupt(
                faults, "第 %lld 号附件的文件不见了：被人删除了。请用备份对照",
                "The file of attachment %lld is missing: somebody has taken it out. Compare with a backup",
                (long long)said.id);
    }
    buffer_fini(&detail);
    statement_free(rows);
    return code;
}

/* The chain cannot say that a row is missing; its entry can. */
static int verify_missing(struct store *store, struct fault_list *faults, struct err *err)
{
    int64_t count = 0;
    bool found;
    int code = store_query_int(store,
                               "SELECT count(*) FROM zs_entry AS e WHERE e.action = 'attach' AND NOT EXISTS "
                               "(SELECT 1 FROM zs_attachment AS a WHERE a.entry = e.id)",
                               &count, &found, err);
    if (code == 0 && count > 0)
        fault_list_corrupt(
            faults, "日志记有 %lld 个附件，现在没有了：被人删除了。请用备份对照",
            "The log tells of %lld attachments that are not there: somebody has taken them out. Compare "
            "with a "
            "backup",
            (long long)count);
    return code;
}

int files_verify(struct database *database, int64_t *files, struct fault_list *faults, struct err *err)
{
    struct store *store = database_store(database);
    bool have;
    *files = 0;
    int code = store_begin_read(store, err);
    if (code != 0) return code;
    code = store_has_table(store, tables.last, &have, err);
    if (code == 0 && have) {
        code = verify_contents(store, files, faults, err);
        if (code == 0) code = verify_attachments(store, faults, err);
        if (code == 0) code = verify_missing(store, faults, err);
    }
    store_rollback(store);
    return code;
}
