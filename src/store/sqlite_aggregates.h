/* Private to sqlite_functions: zs_sum and zs_median. */
#ifndef ZENGSHOU_STORE_SQLITE_AGGREGATES_H
#define ZENGSHOU_STORE_SQLITE_AGGREGATES_H

#include <sqlite3.h>

int sqlite_aggregates_add(sqlite3 *db);

#endif
