# Each page is asked for a while, a hundredth of a second, then the next one.
# caught: After a "not yet" it is another page
/^            if (requests\[i\].state/{
N
c\
            for (double end = now() + 0.01;\
                 requests[i].state != OVER \&\& now() < end;)\
                if (!advance(\&requests[i]))\
                    left--;
}
