# All wait in one queue: one that is woken may be the wrong one.
# caught: Two items wake two who wait
s/channel\.putters/channel.getters/
