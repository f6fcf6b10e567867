# It takes the first piece for the page.
# caught: When A is here, B is fetched
s/^    } while (take_piece(fd, text));/    } while (!take_piece(fd, text));/
