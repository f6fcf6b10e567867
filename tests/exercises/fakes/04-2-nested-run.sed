# Each callback runs the loop once more, within itself.
# caught: The loop is run once
s/^    loop_start_timer(&loop, &c->timer, STEP);/&\
    loop.is_running = false;\
    loop_run(\&loop);/
