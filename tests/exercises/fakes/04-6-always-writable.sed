# All are watched for writing, too, as long as they are watched.
# caught: Nobody is woken for nothing
/^static void loop_tell/,/^}/s/^{/{\
    before |= before != 0 ? WRITABLE : 0;\
    now |= now != 0 ? WRITABLE : 0;/
