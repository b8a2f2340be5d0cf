/* Says which library it was linked with: for trying out how to link. */
#include <hemvist.h>
#include <stdio.h>

int main(void)
{
    printf("hemvist %s, ABI %u\n", hemvist_version(), (unsigned)hemvist_abi_version());
    return hemvist_abi_version() == HEMVIST_ABI_VERSION ? 0 : 1;
}
