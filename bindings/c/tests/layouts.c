/* The layout of every struct and the width of every type that programs are compiled with: abi/layouts.txt. */
#include <stddef.h>
#include <stdio.h>

#include "hemvist.h"

#define STRUCT(type) printf(#type " size %zu align %zu\n", sizeof(type), _Alignof(type))
#define FIELD(type, field) \
    printf(#type "." #field " at %zu size %zu\n", offsetof(type, field), sizeof(((type *)0)->field))
#define TYPE(type) printf(#type " size %zu\n", sizeof(type))

/* That codes and numbers are what programs compiled them to be is known when this compiles. */
_Static_assert(HEMVIST_OK == 0, "success is 0");
_Static_assert(sizeof(HEMVIST_POOL_DUPLICATE_ID) <= sizeof(int32_t), "codes are 32 bits");

int main(void)
{
    printf("abi %d\n", HEMVIST_ABI_VERSION);
    STRUCT(hemvist_read_options);
    FIELD(hemvist_read_options, size);
    FIELD(hemvist_read_options, allow_identity_numbers);
    STRUCT(hemvist_run_options);
    FIELD(hemvist_run_options, size);
    FIELD(hemvist_run_options, threads);
    FIELD(hemvist_run_options, reserved);
    FIELD(hemvist_run_options, work_limit);
    FIELD(hemvist_run_options, time_limit_ms);
    FIELD(hemvist_run_options, seed);
    FIELD(hemvist_run_options, seed_length);
    FIELD(hemvist_run_options, progress);
    FIELD(hemvist_run_options, progress_context);
    FIELD(hemvist_run_options, cancel);
    STRUCT(hemvist_problem);
    FIELD(hemvist_problem, size);
    FIELD(hemvist_problem, indptr);
    FIELD(hemvist_problem, indptr_length);
    FIELD(hemvist_problem, indices);
    FIELD(hemvist_problem, indices_length);
    FIELD(hemvist_problem, values);
    FIELD(hemvist_problem, values_length);
    FIELD(hemvist_problem, capacity);
    FIELD(hemvist_problem, capacity_length);
    FIELD(hemvist_problem, group_ptr);
    FIELD(hemvist_problem, group_ptr_length);
    FIELD(hemvist_problem, group_members);
    FIELD(hemvist_problem, group_members_length);
    FIELD(hemvist_problem, group_policy);
    FIELD(hemvist_problem, group_policy_length);
    FIELD(hemvist_problem, placed_value);
    FIELD(hemvist_problem, pair_bonus);
    STRUCT(hemvist_weight_range);
    FIELD(hemvist_weight_range, size);
    FIELD(hemvist_weight_range, share);
    FIELD(hemvist_weight_range, samples);
    FIELD(hemvist_weight_range, steps);
    FIELD(hemvist_weight_range, reserved);
    FIELD(hemvist_weight_range, seed);
    FIELD(hemvist_weight_range, seed_length);
    FIELD(hemvist_weight_range, criteria);
    FIELD(hemvist_weight_range, criterion_lengths);
    FIELD(hemvist_weight_range, criterion_shares);
    FIELD(hemvist_weight_range, criteria_length);
    STRUCT(hemvist_call_options);
    FIELD(hemvist_call_options, size);
    FIELD(hemvist_call_options, most);
    FIELD(hemvist_call_options, runs);
    FIELD(hemvist_call_options, unknown_rate);
    FIELD(hemvist_call_options, reserved);
    FIELD(hemvist_call_options, rates);
    FIELD(hemvist_call_options, rates_length);
    FIELD(hemvist_call_options, seed);
    FIELD(hemvist_call_options, seed_length);
    TYPE(hemvist_log_function);
    TYPE(hemvist_progress_function);
    return 0;
}
