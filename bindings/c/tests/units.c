/* What each handle does, told by its own tests: `units <folder of example pools>`. */
#include "units.h"

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: units EXAMPLES\n");
        return 2;
    }
    test_error();
    test_pool(argv[1]);
    test_policy();
    test_score(argv[1]);
    test_plan(argv[1]);
    test_document();
    test_ask(argv[1]);
    test_solve();
    test_log();
    if (failures == 0) printf("all handles do what hemvist.h says\n");
    return failures == 0 ? 0 : 1;
}
