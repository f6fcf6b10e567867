# A cancel takes away the result of a page that has ended.
# caught: its result stays
s/^    if (task->has_ended)/    task->result = -1;\
&/
