/* Assessments as JSON. */
#ifndef ZENGSHOU_API_ASSESSMENT_SAY_H
#define ZENGSHOU_API_ASSESSMENT_SAY_H

#include "assessment/runs.h"
#include "base/json.h"
#include "server/request.h"
#include "server/shape.h"

extern const struct shape assessment_scheme_shape, assessment_schemes_shape, assessment_table_shape,
    assessment_year_shape, assessment_make_shape, assessment_try_shape, assessment_tried_shape,
    assessment_records_shape, assessment_list_shape;

void assessment_say_part(struct json_writer *json, const struct pack *pack,
                         const struct pack_assessment_part *part);
void assessment_say_run(struct json_writer *json, const struct assessment_run *run);
/* A member that is null for 0. */
void assessment_put_record(struct json_writer *json, const char *key, int64_t record);
/* Who is on each list of a scheme (NULL: none), as the member `lists`. */
struct assessment_listed {
    struct text id;
    uint64_t lists; /* bit per list */
};
void assessment_say_lists(struct json_writer *json, const struct pack *pack, const struct pack_scheme *scheme,
                          const struct assessment_listed *listed, size_t count);
/* The whole answer; what rests on single scores only where the viewer may open it. */
void assessment_say_table(struct request *request, const struct run_table *table);

#endif
