/* Prints every assignment of an xl configuration file as libxlutil reads it: key, a tab, s or l, and each string in hex.
 * cc xl-config.c -lxlutil -o xl-config; ./xl-config FILE KEY... */
#include <libxl.h>
#include <libxlutil.h>
#include <stdio.h>

static void hex(const char *text)
{
    putchar('\t');
    for (; *text; text++)
        printf("%02x", (unsigned char)*text);
    putchar('.');
}

static void print(XLU_Config *config, const char *key)
{
    const char *text;
    XLU_ConfigList *list;
    int length;

    if (!xlu_cfg_get_list(config, key, &list, &length, 1)) {
        printf("%s\tl", key);
        for (int i = 0; i < length; i++)
            hex(xlu_cfg_get_listitem(list, i));
    } else if (!xlu_cfg_get_string(config, key, &text, 1)) {
        printf("%s\ts", key);
        hex(text);
    } else {
        printf("%s\tabsent", key);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    XLU_Config *config = xlu_cfg_init(stderr, argv[1]);

    if (!config || xlu_cfg_readfile(config, argv[1]))
        return 1;
    for (int i = 2; i < argc; i++)
        print(config, argv[i]);
    xlu_cfg_destroy(config);
    return 0;
}
