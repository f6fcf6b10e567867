# One that sleeps asks again and again whether its time has come.
# caught: the thread sleeps too
/^    struct coroutine \*\*place/,/^    suspend/d
s/^    current->due = now + .*/    double due = now + milliseconds;\
    for (read_clock(); now < due; read_clock())\
        yield();/
/^static void wake_sleepers/,/^}/{
/^    if/,/^    }/d
}
