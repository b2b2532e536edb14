/* cmocka needs these four before it; every test includes this one header instead. */
#ifndef ZENGSHOU_TESTS_CMOCKA_ALL_H
#define ZENGSHOU_TESTS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
