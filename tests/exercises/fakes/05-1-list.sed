# The generator walks its whole tree at once, and gives from a list.
# caught: not a list that is read out
s/^static struct generator \*current;/static int list[100], list_count;\
&/
s/^    printf("%c stands at.*/    list[list_count++] = node->value;/
s/^    give(node->value);//
s/^    walk(current->tree);/    list_count = 0;\
&\
    int values[100], count = list_count;\
    for (int i = 0; i < count; i++)\
        values[i] = list[i];\
    for (int i = 0; i < count; i++) {\
        printf("%c stands at %d\\n", current->name, values[i]);\
        give(values[i]);\
    }/
