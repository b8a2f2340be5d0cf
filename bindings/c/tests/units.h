/* The tests of `units`, one file for each handle. Also includes hemvist.h a second time. */
#ifndef UNITS_H
#define UNITS_H

#include "hemvist.h"
#include "support.h"

void test_error(void);
void test_pool(const char *examples);
void test_policy(void);
void test_score(const char *examples);
void test_plan(const char *examples);
void test_ask(const char *examples);
void test_document(void);
void test_solve(void);
void test_log(void);

#endif
