# The task that has fetched A does not begin anew for B.
# caught: When A is here, B is fetched
/^        c->page = (struct fetch){0};/d
