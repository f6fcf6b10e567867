# It asks recv() again and again, and not select().
# caught: when select() has said that there is something
s/^        AWAIT(r, happened(.*/        r->readable.to_write = false;/
