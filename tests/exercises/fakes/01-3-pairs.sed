# Two at a time: who has a child that waits starts no third one.
# caught: So all must be started before one
/^        start(id);/,/^}/s/^    for .*/    for (int id = 1; id < 2; id++)/
s/^        start(id);/        if (start(id), id > 1)\
            wait_for_one();/
