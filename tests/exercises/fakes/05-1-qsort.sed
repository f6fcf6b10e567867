# No generator: the numbers are sorted, and main() prints all lines.
# caught: each prints its own lines
s/^static struct generator \*current;/static int compare(const void *a, const void *b)\
{\
    return *(const int *)a - *(const int *)b;\
}\
\
static int add(const struct node *node, int *values, int count)\
{\
    if (node == NULL)\
        return count;\
    values[count] = node->value;\
    return add(node->larger, values, add(node->smaller, values, count + 1));\
}\
\
&/
s/^    current = generator;/    int values[100], count = add(generator->tree, values, 0);\
    qsort(values, (size_t)count, sizeof *values, compare);\
    if (generator->context.uc_link != NULL)\
        generator->value = 0;\
    generator->context.uc_link = NULL;\
    if (generator->value == count)\
        return generator->has_ended = true, false;\
    *value = values[generator->value++];\
    printf("%c stands at %d\\n", generator->name, *value);\
    return true;/
