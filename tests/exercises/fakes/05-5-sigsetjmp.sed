# sigsetjmp(place, 1) notes the mask, which is a system call.
# caught: Only the first switch to a coroutine makes a system call
s/\([( ]\)_setjmp(\([^)]*\))/\1sigsetjmp(\2, 1)/
s/ _longjmp(/ siglongjmp(/
s/jmp_buf/sigjmp_buf/
