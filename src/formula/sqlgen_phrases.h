/* The phrase book: how each operation is said in SQLite and in PostgreSQL. $1 … $4 are its operands. NULL: it
 * cannot be said exactly there. Infix phrases stand in parentheses, so that phrases can be put into each
 * other anywhere. In SQLite truth is 0 or 1; in PostgreSQL boolean, integers bigint, texts of any type text.
 * Ordering of texts is by bytes: BINARY in SQLite, "C" in PostgreSQL. Phrases of the second part stand in
 * grouped subqueries ($1 the value, $2 the condition), those of the third look at the whole register and are
 * always columns ($1 the value, $2 and $3 keys that records share, $4 the one in which they differ). */
#ifndef ZENGSHOU_FORMULA_SQLGEN_PHRASES_H
#define ZENGSHOU_FORMULA_SQLGEN_PHRASES_H

/* clang-format off: tables, a line an entry */
#define PG_MONTHS(x) "(left(" x ", 4)::bigint * 12 + substr(" x ", 6, 2)::bigint)"
/* An identity number of one of these lengths, in ASCII throughout. */
#define PG_CARD(x, lengths)                                                                                  \
    "octet_length(" x ") IN (" lengths ") AND octet_length(" x ") = char_length(" x ")"
/* Powers of two. */
#define PG_2_424                   "'4.332296397063773e+127'::float8"
#define PG_2_500                   "'3.273390607896142e+150'::float8"
#define PG_2_511                   "'6.703903964971299e+153'::float8"
#define PG_2_520                   "'3.432398830065305e+156'::float8"
#define PG_2_537                   "'4.4989137945431964e+161'::float8"
#define PG_2_51_LESS               "'4.440892098500626e-16'::float8"
#define PG_2_76_LESS               "'1.3234889800848443e-23'::float8"
#define PG_2_500_LESS              "'3.054936363499605e-151'::float8"
#define PG_2_600_LESS              "'2.409919865102884e-181'::float8"
#define PG_DIGIT(x, place, weight) "substr(" x ", " #place ", 1)::int * " #weight
#define SQL_STRICT                 "count($2) = count(*) AND count($1) FILTER (WHERE $2) = count(*) FILTER (WHERE $2)"

#define SQL_KEYS   "$1 IS NOT NULL AND $2 IS NOT NULL AND $3 IS NOT NULL"
#define SQL_ACROSS "min($4) OVER (PARTITION BY $1, $2, $3) <> max($4) OVER (PARTITION BY $1, $2, $3)"

#define PHRASES(X)                                                                                                                                                                                                \
    X(NOT, "not", "(NOT $1)", "(NOT $1)")                                                                                                                                                                         \
    X(AND, "and", "($1 AND $2)", "($1 AND $2)")                                                                                                                                                                   \
    X(OR, "or", "($1 OR $2)", "($1 OR $2)")                                                                                                                                                                       \
    X(EQUAL, "=", "($1 = $2)", "($1 = $2)")                                                                                                                                                                       \
    X(UNEQUAL, "<>", "($1 <> $2)", "($1 <> $2)")                                                                                                                                                                  \
    X(LESS, "<", "($1 < $2)", "($1 < $2)")                                                                                                                                                                        \
    X(LESS_EQUAL, "<=", "($1 <= $2)", "($1 <= $2)")                                                                                                                                                               \
    X(LESS_TEXT, "<", "($1 < $2)", "($1 < $2 COLLATE \"C\")")                                                                                                                                                     \
    X(LESS_EQUAL_TEXT, "<=", "($1 <= $2)", "($1 <= $2 COLLATE \"C\")")                                                                                                                                            \
    X(IN, "in", "($1 IN $2)", "($1 IN $2)")                                                                                                                                                                       \
    X(IS_NULL, "is null", "($1 IS NULL)", "($1 IS NULL)")                                                                                                                                                         \
    X(KNOWN, "known", "($1 IS NOT NULL)", "($1 IS NOT NULL)")                                                                                                                                                     \
    X(COALESCE, "coalesce", "coalesce($1, $2)", "coalesce($1, $2)")                                                                                                                                               \
    X(IF, "if", "CASE $1 WHEN 1 THEN $2 WHEN 0 THEN $3 END",                                                                                                                                                      \
      "CASE $1 WHEN true THEN $2 WHEN false THEN $3 END")                                                                                                                                                         \
    X(FALSE_IF_KNOWN, "in", "CASE WHEN $1 IS NOT NULL THEN 0 END",                                                                                                                                                \
      "CASE WHEN $1 IS NOT NULL THEN false END")                                                                                                                                                                  \
    X(INT_OF_BOOL, "bool", "$1", "$1::int::bigint")                                                                                                                                                               \
    X(BOOL_OF_INT, "bool", "$1", "($1 = 1)")                                                                                                                                                                      \
    /* Whole numbers. PostgreSQL computes in numeric, and INT64 or INT63 says whether the result still is                                                                                                         \
     * one. */                                                                                                                                                                                                    \
    X(INT64, "overflow", NULL,                                                                                                                                                                                    \
      "CASE WHEN $1 BETWEEN -9223372036854775808 AND 9223372036854775807 THEN $1::bigint END")                                                                                                                    \
    X(INT63, "overflow", NULL,                                                                                                                                                                                    \
      "CASE WHEN $1 BETWEEN -9223372036854775807 AND 9223372036854775807 THEN $1::bigint END")                                                                                                                    \
    X(ADD, "+", "zs_add($1, $2)", "($1::numeric + $2::numeric)")                                                                                                                                                  \
    X(SUBTRACT, "-", "zs_subtract($1, $2)", "($1::numeric - $2::numeric)")                                                                                                                                        \
    X(MULTIPLY, "*", "zs_multiply($1, $2)", "($1::numeric * $2::numeric)")                                                                                                                                        \
    X(ABS, "abs", "zs_abs($1)", "abs($1::numeric)")                                                                                                                                                               \
    X(SCALE, "*", "zs_scale($1, $2, $3)", NULL)                                                                                                                                                                   \
    X(QUOTIENT, "/", NULL,                                                                                                                                                                                        \
      "CASE WHEN $2 <> 0 THEN sign($1::numeric) * sign($2::numeric) * "                                                                                                                                           \
      "div(2 * abs($1::numeric) + abs($2::numeric), 2 * abs($2::numeric)) END")                                                                                                                                   \
    X(ROUND, "round", "zs_round($1, $2, $3)", NULL)                                                                                                                                                               \
    X(LEAST, "least", "min($1, $2)", "CASE WHEN $1 <= $2 THEN $1 WHEN $2 < $1 THEN $2 END")                                                                                                                       \
    X(GREATEST, "greatest", "max($1, $2)", "CASE WHEN $1 >= $2 THEN $1 WHEN $2 > $1 THEN $2 END")                                                                                                                 \
    X(LEAST_TEXT, "least", "min($1, $2)",                                                                                                                                                                         \
      "CASE WHEN $1 <= $2 COLLATE \"C\" THEN $1 WHEN $2 < $1 COLLATE \"C\" THEN $2 END")                                                                                                                          \
    X(GREATEST_TEXT, "greatest", "max($1, $2)",                                                                                                                                                                   \
      "CASE WHEN $1 >= $2 COLLATE \"C\" THEN $1 WHEN $2 > $1 COLLATE \"C\" THEN $2 END")                                                                                                                          \
    /* Ratios. PostgreSQL raises an error where a double overflows or vanishes, so each phrase first looks                                                                                                        \
     * whether it can. Adding 0 turns -0 into 0. */                                                                                                                                                               \
    X(RATIO_OF, "/", "(CAST($1 AS REAL) / CAST($2 AS REAL) + 0.0)",                                                                                                                                               \
      "($1::float8 / nullif($2, 0)::float8 + 0::float8)")                                                                                                                                                         \
    X(RATIO_ADD, "+ of ratios", "zs_finite($1 + $2)",                                                                                                                                                             \
      "CASE WHEN abs($1) < 8e307 AND abs($2) < 8e307 THEN $1 + $2 + 0::float8 WHEN abs($2) < 1e290 THEN $1 "                                                                                                      \
      "WHEN abs($1) < 1e290 THEN $2 WHEN abs($1 * 0.5 + $2 * 0.5) < 8.98846567431158e+307 THEN $1 + $2 + "                                                                                                        \
      "0::float8 END")                                                                                                                                                                                            \
    X(RATIO_SUBTRACT, "- of ratios", "zs_finite($1 - $2)",                                                                                                                                                        \
      "CASE WHEN abs($1) < 8e307 AND abs($2) < 8e307 THEN $1 - $2 + 0::float8 WHEN abs($2) < 1e290 THEN $1 "                                                                                                      \
      "WHEN abs($1) < 1e290 THEN 0::float8 - $2 WHEN abs($1 * 0.5 - $2 * 0.5) < 8.98846567431158e+307 THEN "                                                                                                      \
      "$1 - $2 + 0::float8 END")                                                                                                                                                                                  \
    /* Products and quotients: $3 whether the result vanishes, $4 whether it overflows. Both are judged on                                                                                                        \
     * operands whose powers of two have been shifted towards 1: rounding does not notice that. */                                                                                                                \
    X(RATIO_MULTIPLY, "* of ratios", "zs_finite($1 * $2)",                                                                                                                                                        \
      "CASE WHEN $4 THEN NULL WHEN $3 THEN 0::float8 ELSE $1 * $2 + 0::float8 END")                                                                                                                               \
    X(RATIO_DIVIDE, "/ of ratios", "zs_finite(CAST($1 AS REAL) / $2)",                                                                                                                                            \
      "CASE WHEN $4 THEN NULL WHEN $3 THEN 0::float8 ELSE $1 / nullif($2, 0::float8) + 0::float8 END")                                                                                                            \
    /* Of the larger and the smaller magnitude. */                                                                                                                                                                \
    X(PRODUCT_OVERFLOWS, "* of ratios", NULL,                                                                                                                                                                     \
      "CASE WHEN $1 <= " PG_2_511 " OR $2 <= 1 THEN false WHEN $2 >= " PG_2_520 " THEN true "                                                                                                                     \
      "ELSE ($1 * " PG_2_600_LESS ") * $2 >= " PG_2_424 " END")                                                                                                                                                   \
    X(RAISED_LARGE, "* of ratios", NULL, "CASE WHEN $1 < 1 THEN $1 * " PG_2_537 " END")                                                                                                                           \
    X(RAISED_SMALL, "* of ratios", NULL, "CASE WHEN $1 < " PG_2_500_LESS " THEN $1 * " PG_2_537 " END")                                                                                                           \
    X(UPPER_HALF, "* of ratios", NULL, "($1 * 134217729::float8 - ($1 * 134217729::float8 - $1))")                                                                                                                \
    /* Of both, raised, and of their upper halves: up to 2^-1075 the product is 0. Where its raised form is                                                                                                       \
     * just half, what was rounded away of it decides. */                                                                                                                                                         \
    X(PRODUCT_VANISHES, "* of ratios", NULL,                                                                                                                                                                      \
      "CASE WHEN $1 * $2 = 0.5 THEN (($3 * $4 - 0.5) + $3 * ($2 - $4) + ($1 - $3) * $4) + ($1 - $3) * ($2 "                                                                                                       \
      "- $4) <= 0 "                                                                                                                                                                                               \
      "ELSE $1 * $2 < 0.5 END")                                                                                                                                                                                   \
    /* Of the magnitudes of dividend and divisor. */                                                                                                                                                              \
    X(QUOTIENT_OVERFLOWS, "/ of ratios", NULL,                                                                                                                                                                    \
      "CASE WHEN $2 = 0 OR $2 >= 2 OR $1 < " PG_2_51_LESS " THEN false "                                                                                                                                          \
      "WHEN $2 >= " PG_2_500_LESS " THEN CASE WHEN $1 < 1 THEN false ELSE ($1 * " PG_2_600_LESS                                                                                                                   \
      ") / $2 >= " PG_2_424 " END "                                                                                                                                                                               \
      "ELSE ($1 * " PG_2_600_LESS ") / ($2 * " PG_2_500 ") >= " PG_2_76_LESS " END")                                                                                                                              \
    X(QUOTIENT_VANISHES, "/ of ratios", NULL,                                                                                                                                                                     \
      "CASE WHEN $1 < " PG_2_51_LESS " THEN CASE WHEN $2 >= 1 THEN $1 * " PG_2_537 " * " PG_2_537                                                                                                                 \
      " <= $2 * 0.5 END END")                                                                                                                                                                                     \
    X(RATIO_NEGATE, "-", "(0.0 - $1)", "(0::float8 - $1)")                                                                                                                                                        \
    X(RATIO_ABS, "abs", "abs($1)", "abs($1)")                                                                                                                                                                     \
    X(RATIO_ROUND, "round of a ratio", "zs_round_ratio($1, $2)", NULL)                                                                                                                                            \
    /* $2: a power of ten. Whether the product overflows is judged on one that is 2^60 times smaller. */                                                                                                          \
    X(RATIO_NEAREST, "round", NULL,                                                                                                                                                                               \
      "(trunc($1) + CASE WHEN abs($1 - trunc($1)) >= 0.5 THEN sign($1) ELSE 0 END)")                                                                                                                              \
    X(RATIO_UP, "round", NULL,                                                                                                                                                                                    \
      "CASE WHEN abs($1) < 1 THEN $1 * $2 WHEN abs($1) * 8.673617379884035e-19::float8 * $2 < "                                                                                                                   \
      "1.559250241824e+290::float8 "                                                                                                                                                                              \
      "THEN $1 * $2 END")                                                                                                                                                                                         \
    X(RATIO_DOWN_OR, "round", NULL, "coalesce($1 / $2 + 0::float8, $3)")                                                                                                                                          \
    X(RATIO_DOWN, "round", NULL, "CASE WHEN abs($1) < 0.1 THEN 0::float8 ELSE $1 / $2 END")                                                                                                                       \
    X(TIMES_RATIO, "*", "zs_whole(CAST($1 AS REAL) * $2)",                                                                                                                                                        \
      "CASE WHEN $1 = 0 OR abs($2) < 1e20 THEN $1::float8 * $2 END")                                                                                                                                              \
    X(OVER_RATIO, "/", "zs_whole(CAST($1 AS REAL) / $2)",                                                                                                                                                         \
      "CASE WHEN $2 = 0 OR $2 IS NULL THEN NULL WHEN $1 = 0 THEN 0::float8 WHEN abs($2) > 1e-20 THEN "                                                                                                            \
      "$1::float8 / $2 END")                                                                                                                                                                                      \
    X(RATIO_TIMES, "number", "zs_whole($1 * $2.0)", "CASE WHEN abs($1) < 1e20 THEN $1 * $2::float8 END")                                                                                                          \
    X(WHOLE, "round", NULL,                                                                                                                                                                                       \
      "CASE WHEN abs($1) < 9223372036854775808::float8 THEN "                                                                                                                                                     \
      "(trunc($1) + CASE WHEN abs($1 - trunc($1)) >= 0.5 THEN sign($1) ELSE 0 END)::bigint END")                                                                                                                  \
    /* Dates and months are texts; their numbers are days since 1970-01-01 and year * 12 + month - 1. */                                                                                                          \
    X(DAYS, "days", "zs_days($1)", "($1::date - DATE '1970-01-01')::bigint")                                                                                                                                      \
    X(DATE, "date", "zs_date($1)",                                                                                                                                                                                \
      "CASE WHEN $1 BETWEEN -62091 AND 84370 THEN to_char(DATE '1970-01-01' + $1::int, 'YYYY-MM-DD') END")                                                                                                        \
    X(MONTHS, "months", "zs_months($1)", "(left($1, 4)::bigint * 12 + right($1, 2)::bigint - 1)")                                                                                                                 \
    X(MONTH, "month", "zs_month($1)",                                                                                                                                                                             \
      "CASE WHEN $1 BETWEEN 21600 AND 26411 THEN ($1 / 12)::text || '-' || lpad(($1 % 12 + 1)::text, 2, "                                                                                                         \
      "'0') END")                                                                                                                                                                                                 \
    X(AGE, "age", "zs_age($1, $2)",                                                                                                                                                                               \
      "CASE WHEN $1 <= $2 COLLATE \"C\" THEN left($2, 4)::bigint - left($1, 4)::bigint - "                                                                                                                        \
      "(right($2, 5) < right($1, 5) COLLATE \"C\")::int END")                                                                                                                                                     \
    X(MONTHS_BETWEEN, "months_between", "zs_months_between($1, $2)",                                                                                                                                              \
      "CASE WHEN $1 <= $2 COLLATE \"C\" THEN " PG_MONTHS("$2") " - " PG_MONTHS(                                                                                                                                   \
          "$1") " - (right($2, 2) < right($1, 2) COLLATE \"C\")::int WHEN $1 > $2 "                                                                                                                               \
                "COLLATE \"C\" THEN (right($1, 2) < right($2, 2) COLLATE \"C\")::int "                                                                                                                            \
                "- " PG_MONTHS("$1") " + " PG_MONTHS("$2") " END")                                                                                                                                                \
    X(ADD_MONTHS, "add_months", "zs_add_months($1, $2)",                                                                                                                                                          \
      "CASE WHEN $2 BETWEEN -5000 AND 5000 THEN (($1::date + make_interval(months => $2::int))::date - "                                                                                                          \
      "DATE '1970-01-01')::bigint END")                                                                                                                                                                           \
    X(MONTH_OF, "month", "substr($1, 1, 7)", "left($1, 7)")                                                                                                                                                       \
    X(YEAR, "year", "CAST(substr($1, 1, 4) AS INTEGER)", "left($1, 4)::bigint")                                                                                                                                   \
    X(MONTH_NUMBER, "month_number", "CAST(substr($1, 6, 2) AS INTEGER)", "substr($1, 6, 2)::bigint")                                                                                                              \
    X(FIRST_DAY, "first_day", "($1 || '-01')", "($1 || '-01')")                                                                                                                                                   \
    X(LAST_DAY, "last_day", "zs_last_day($1)",                                                                                                                                                                    \
      "to_char(($1 || '-01')::date + interval '1 month' - interval '1 day', 'YYYY-MM-DD')")                                                                                                                       \
    X(MAKE_DATE, "date", "zs_make_date($1, $2, $3)",                                                                                                                                                              \
      "CASE WHEN $1 BETWEEN 1800 AND 2200 AND $2 BETWEEN 1 AND 12 AND $3 BETWEEN 1 AND 31 THEN "                                                                                                                  \
      "CASE WHEN $3 <= extract(day FROM make_date($1::int, $2::int, 1) + interval '1 month' - interval '1 "                                                                                                       \
      "day') THEN "                                                                                                                                                                                               \
      "to_char(make_date($1::int, $2::int, $3::int), 'YYYY-MM-DD') END END")                                                                                                                                      \
    X(MAKE_MONTH, "make_month", "zs_make_month($1, $2)",                                                                                                                                                          \
      "CASE WHEN $1 BETWEEN 1800 AND 2200 AND $2 BETWEEN 1 AND 12 THEN $1::text || '-' || lpad($2::text, "                                                                                                        \
      "2, '0') END")                                                                                                                                                                                              \
    X(LENGTH, "length", "zs_length($1)", "char_length($1)::bigint")                                                                                                                                               \
    X(STARTS_WITH, "starts_with", "zs_starts_with($1, $2)", "starts_with($1, $2)")                                                                                                                                \
    X(ENDS_WITH, "ends_with", "zs_ends_with($1, $2)", "(right($1, char_length($2)) = $2)")                                                                                                                        \
    X(CONTAINS, "contains", "zs_contains($1, $2)", "(strpos($1, $2) > 0)")                                                                                                                                        \
    X(SUBSTRING, "substring", "zs_substring($1, $2, $3)",                                                                                                                                                         \
      "CASE WHEN $2 IS NULL OR $3 IS NULL THEN NULL WHEN $2::numeric + $3::numeric <= greatest($2, 1) THEN "                                                                                                      \
      "substr($1, 1, 0) ELSE substr($1, least(greatest($2, 1), 1000000000)::int, "                                                                                                                                \
      "least($2::numeric + $3::numeric - greatest($2, 1), 1000000000)::int) END")                                                                                                                                 \
    X(MATCHES, "matches with this pattern", "zs_matches($1, $2)", "($1 ~ $2)")                                                                                                                                    \
    X(IDCARD_VALID, "idcard_valid", "zs_idcard_valid($1)",                                                                                                                                                        \
      "CASE WHEN $1 ~ '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[0-9])[0-9]{15}[0-9Xx]$' "                                                                                                          \
      "THEN "                                                                                                                                                                                                     \
      "substr('10X98765432', (" PG_DIGIT("$1", 1, 7) " + " PG_DIGIT("$1", 2, 9) " + " PG_DIGIT("$1", 3, 10) " + " PG_DIGIT("$1", 4, 5) " + " PG_DIGIT("$1", 5, 8) " + " PG_DIGIT("$1", 6, 4) " + " PG_DIGIT(      \
          "$1", 7,                                                                                                                                                                                                \
          2) " + " PG_DIGIT("$1", 8,                                                                                                                                                                              \
                            1) " + " PG_DIGIT("$1", 9,                                                                                                                                                            \
                                              6) " + " PG_DIGIT("$1", 10,                                                                                                                                         \
                                                                3) " + " PG_DIGIT("$1", 11,                                                                                                                       \
                                                                                  7) " + " PG_DIGIT("$1",                                                                                                         \
                                                                                                    12,                                                                                                           \
                                                                                                    9) " +"                                                                                                       \
                                                                                                       " " PG_DIGIT("$1", 13, 10) " + " PG_DIGIT("$1", 14, 5) " + " PG_DIGIT(                                     \
                                                                                                           "$1",                                                                                                  \
                                                                                                           15,                                                                                                    \
                                                                                                           8) " + " PG_DIGIT("$1",                                                                                \
                                                                                                                             16,                                                                                  \
                                                                                                                             4) " + " PG_DIGIT("$1",                                                              \
                                                                                                                                               17,                                                                \
                                                                                                                                               2) ") % 11 + 1, 1) = upper(substr($1, 18, 1)) AND $2 IS NOT NULL " \
                                                                                                                                                  "WHEN $1 IS NOT NULL THEN false END")                           \
    X(IDCARD_BIRTH, "idcard_birth", "zs_idcard_birth($1)",                                                                                                                                                        \
      "CASE WHEN " PG_CARD(                                                                                                                                                                                       \
          "$1",                                                                                                                                                                                                   \
          "18, 20, 22") " AND substr($1, 7, 8) ~ '^[0-9]{8}$' THEN "                                                                                                                                              \
                        "substr($1, 7, 4) || '-' || substr($1, 11, 2) || '-' || substr($1, 13, 2) END")                                                                                                           \
    X(DAY, "day", NULL, "right($1, 2)::bigint")                                                                                                                                                                   \
    X(IDCARD_MALE, "idcard_male", "zs_idcard_male($1)",                                                                                                                                                           \
      "CASE WHEN " PG_CARD("$1", "18, 20, 22") " AND substr($1, 17, 1) ~ '^[0-9]$' THEN "                                                                                                                         \
                                               "substr($1, 17, 1)::int % 2 = 1 END")                                                                                                                              \
    X(IDCARD_DIVISION, "idcard_division", "zs_idcard_division($1)",                                                                                                                                               \
      "CASE WHEN $1 ~ '^[0-9]{6}' THEN left($1, 6) END")                                                                                                                                                          \
    X(DISABILITY_KIND, "disability_kind", "zs_disability_kind($1)",                                                                                                                                               \
      "CASE WHEN " PG_CARD(                                                                                                                                                                                       \
          "$1", "20, 22") " AND substr($1, 19, 2) ~ '^[1-7][1-4]$' THEN substr($1, 19, 1)::bigint END")                                                                                                           \
    X(DISABILITY_GRADE, "disability_grade", "zs_disability_grade($1)",                                                                                                                                            \
      "CASE WHEN " PG_CARD(                                                                                                                                                                                       \
          "$1", "20, 22") " AND substr($1, 19, 2) ~ '^[1-7][1-4]$' THEN substr($1, 20, 1)::bigint END")                                                                                                           \
    X(HAS, "has", "zs_has($1, $2)", "(string_to_array($1, ',') && string_to_array($2, ','))")                                                                                                                     \
    X(ONLY, "only", "zs_only($1, $2)",                                                                                                                                                                            \
      "($1 <> '' AND string_to_array($1, ',') <@ string_to_array($2, ','))")                                                                                                                                      \
    X(SIZE, "size", "zs_size($1)", "cardinality(string_to_array($1, ','))::bigint")                                                                                                                               \
    X(COVERS, "covers", "zs_covers($1, $2, $3)",                                                                                                                                                                  \
      "CASE WHEN " PG_MONTHS("$3") " - " PG_MONTHS(                                                                                                                                                               \
          "$2") " < 64 THEN (SELECT coalesce(bool_and(to_char(m, 'YYYY-MM') = "                                                                                                                                   \
                "ANY (string_to_array(coalesce($1, ''), ','))), true) FROM generate_series(($2 || "                                                                                                               \
                "'-01')::timestamp, "                                                                                                                                                                             \
                "($3 || '-01')::timestamp, interval '1 month') AS m) END")                                                                                                                                        \
    /* Over the rows of a group. */                                                                                                                                                                               \
    X(GROUP_COUNT_ALL, "count", "count(*)", "count(*)")                                                                                                                                                           \
    X(GROUP_COUNT, "count", "CASE WHEN count($2) = count(*) THEN count(*) FILTER (WHERE $2) END",                                                                                                                 \
      "CASE WHEN count($2) = count(*) THEN count(*) FILTER (WHERE $2) END")                                                                                                                                       \
    X(GROUP_SUM_ALL, "sum", "zs_sum($1)",                                                                                                                                                                         \
      "CASE WHEN count($1) = count(*) AND sum($1) BETWEEN -9223372036854775808 AND 9223372036854775807 "                                                                                                          \
      "THEN sum($1)::bigint END")                                                                                                                                                                                 \
    X(GROUP_SUM, "sum", "CASE WHEN count($2) = count(*) THEN zs_sum($1) FILTER (WHERE $2) END",                                                                                                                   \
      "CASE WHEN " SQL_STRICT                                                                                                                                                                                     \
      " AND coalesce(sum($1) FILTER (WHERE $2), 0) BETWEEN -9223372036854775808 AND "                                                                                                                             \
      "9223372036854775807 THEN coalesce(sum($1) FILTER (WHERE $2), 0)::bigint END")                                                                                                                              \
    X(GROUP_MIN, "min", "CASE WHEN " SQL_STRICT " THEN min($1) FILTER (WHERE $2) END",                                                                                                                            \
      "CASE WHEN " SQL_STRICT " THEN min($1) FILTER (WHERE $2) END")                                                                                                                                              \
    X(GROUP_MAX, "max", "CASE WHEN " SQL_STRICT " THEN max($1) FILTER (WHERE $2) END",                                                                                                                            \
      "CASE WHEN " SQL_STRICT " THEN max($1) FILTER (WHERE $2) END")                                                                                                                                              \
    X(GROUP_MIN_TEXT, "min", "CASE WHEN " SQL_STRICT " THEN min($1) FILTER (WHERE $2) END",                                                                                                                       \
      "CASE WHEN " SQL_STRICT " THEN min($1 COLLATE \"C\") FILTER (WHERE $2) END")                                                                                                                                \
    X(GROUP_MAX_TEXT, "max", "CASE WHEN " SQL_STRICT " THEN max($1) FILTER (WHERE $2) END",                                                                                                                       \
      "CASE WHEN " SQL_STRICT " THEN max($1 COLLATE \"C\") FILTER (WHERE $2) END")                                                                                                                                \
    X(GROUP_MIN_ALL, "min", "CASE WHEN count($1) = count(*) THEN min($1) END",                                                                                                                                    \
      "CASE WHEN count($1) = count(*) THEN min($1) END")                                                                                                                                                          \
    X(GROUP_MAX_ALL, "max", "CASE WHEN count($1) = count(*) THEN max($1) END",                                                                                                                                    \
      "CASE WHEN count($1) = count(*) THEN max($1) END")                                                                                                                                                          \
    X(GROUP_MEDIAN, "median", "CASE WHEN " SQL_STRICT " THEN zs_median($1) FILTER (WHERE $2) END",                                                                                                                \
      "CASE WHEN " SQL_STRICT " THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY $1) FILTER (WHERE $2) END")                                                                                                      \
    X(GROUP_MEDIAN_TEXT, "median", "CASE WHEN " SQL_STRICT " THEN zs_median($1) FILTER (WHERE $2) END",                                                                                                           \
      "CASE WHEN " SQL_STRICT                                                                                                                                                                                     \
      " THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY $1 COLLATE \"C\") FILTER (WHERE $2) END")                                                                                                                \
    X(GROUP_DISTINCT, "distinct", "CASE WHEN " SQL_STRICT " THEN count(DISTINCT $1) FILTER (WHERE $2) END",                                                                                                       \
      "CASE WHEN " SQL_STRICT " THEN count(DISTINCT $1) FILTER (WHERE $2) END")                                                                                                                                   \
    X(GROUP_EXISTS_ALL, "exists", "1", "true")                                                                                                                                                                    \
    X(GROUP_EXISTS, "exists", "CASE WHEN max($2) = 1 THEN 1 WHEN count($2) = count(*) THEN 0 END",                                                                                                                \
      "CASE WHEN bool_or($2) THEN true WHEN count($2) = count(*) THEN false END")                                                                                                                                 \
    X(GROUP_LIST, "covers", "group_concat(DISTINCT $1) FILTER (WHERE $2)",                                                                                                                                        \
      "string_agg(DISTINCT $1, ',') FILTER (WHERE $2)")                                                                                                                                                           \
    /* Over the whole register. */                                                                                                                                                                                \
    X(RANK, "rank", "CASE WHEN $1 IS NOT NULL THEN rank() OVER (ORDER BY $1 DESC NULLS LAST) END",                                                                                                                \
      "CASE WHEN $1 IS NOT NULL THEN rank() OVER (ORDER BY $1 DESC NULLS LAST) END")                                                                                                                              \
    X(RANK_TEXT, "rank", "CASE WHEN $1 IS NOT NULL THEN rank() OVER (ORDER BY $1 DESC NULLS LAST) END",                                                                                                           \
      "CASE WHEN $1 IS NOT NULL THEN rank() OVER (ORDER BY $1 COLLATE \"C\" DESC NULLS LAST) END")                                                                                                                \
    X(RANK_WITHIN, "rank",                                                                                                                                                                                        \
      "CASE WHEN " SQL_KEYS " THEN rank() OVER (PARTITION BY $2, $3 ORDER BY $1 DESC NULLS LAST) END",                                                                                                            \
      "CASE WHEN " SQL_KEYS " THEN rank() OVER (PARTITION BY $2, $3 ORDER BY $1 DESC NULLS LAST) END")                                                                                                            \
    X(RANK_WITHIN_TEXT, "rank",                                                                                                                                                                                   \
      "CASE WHEN " SQL_KEYS " THEN rank() OVER (PARTITION BY $2, $3 ORDER BY $1 DESC NULLS LAST) END",                                                                                                            \
      "CASE WHEN " SQL_KEYS                                                                                                                                                                                       \
      " THEN rank() OVER (PARTITION BY $2, $3 ORDER BY $1 COLLATE \"C\" DESC NULLS LAST) END")                                                                                                                    \
    X(DUPLICATED, "duplicated", "CASE WHEN $1 IS NOT NULL THEN count(*) OVER (PARTITION BY $1) > 1 END",                                                                                                          \
      "CASE WHEN $1 IS NOT NULL THEN count(*) OVER (PARTITION BY $1) > 1 END")                                                                                                                                    \
    X(DUPLICATED_WITHIN, "duplicated",                                                                                                                                                                            \
      "CASE WHEN " SQL_KEYS " THEN count(*) OVER (PARTITION BY $1, $2, $3) > 1 END",                                                                                                                              \
      "CASE WHEN " SQL_KEYS " THEN count(*) OVER (PARTITION BY $1, $2, $3) > 1 END")                                                                                                                              \
    X(DUPLICATED_ACROSS, "duplicated", "CASE WHEN " SQL_KEYS " AND $4 IS NOT NULL THEN " SQL_ACROSS " END",                                                                                                       \
      "CASE WHEN " SQL_KEYS " AND $4 IS NOT NULL THEN " SQL_ACROSS " END")

enum phrase {
#define X(id, what, sqlite, postgres) PHRASE_##id,
    PHRASES(X)
#undef X
};

/* clang-format on */
#endif
