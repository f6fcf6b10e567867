# make, make race, make test ... `make help` lists the targets.

CC     ?= cc
CFLAGS ?= -O2 -g
STEPS   = $(wildcard 0?-*)

# Where everything is built. Another one for other flags: make BUILD=build/asan CFLAGS=...
BUILD    = build
PROGRAMS = $(patsubst %.c,$(BUILD)/%,$(wildcard 0?-*/*.c)) $(BUILD)/server

WARNINGS = -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes

.PHONY: all race 1 2 3 4 5 serve test lint format sanitize copies clean help
all: $(PROGRAMS) ## build everything (into build/)

$(BUILD)/server: tests/server.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(CFLAGS) -o $@ $<

# A program of a step is one .c file, and the headers beside it.
$(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(CFLAGS) -o $@ $<
$(foreach p,$(wildcard 0?-*/*.c),$(eval $(BUILD)/$(p:.c=): $(wildcard $(dir $p)*.h)))

race: all ## run all five steps on the same pages, and draw them side by side
	@tests/with-server tests/race

1 2 3 4 5: all ## run one step; on other pages: make 3 URLS="http://..."
	@tests/with-server tests/race $@ $(URLS)

diff-2 diff-3 diff-4 diff-5: diff-%: ## what step 3 changed
	@diff -u $(word $(shell expr $* - 1),$(STEPS))/fetch.c $(word $*,$(STEPS))/fetch.c || :

serve: $(BUILD)/server ## start the practice server: http://127.0.0.1:8080/
	$(BUILD)/server -p 8080

test: all ## run all tests
	@BUILD=$(abspath $(BUILD)) tests/run-bats $(BATSFLAGS) tests

lint: ## warnings of gcc and clang, clang-format, clang-tidy, cppcheck, shellcheck
	@tests/lint

SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
VALGRIND = valgrind -q --error-exitcode=99 --max-stackframe=30000
sanitize: all ## run all tests under the sanitizers, and the steps' under valgrind
	@$(MAKE) -s test BUILD=build/sanitize CFLAGS="$(SANITIZE)"
	@WRAP="$(VALGRIND)" BUILD=$(abspath $(BUILD)) tests/run-bats $(STEPS:%=tests/%.bats)

format: ## let clang-format lay out the sources
	clang-format -i $$(git ls-files '*.c' '*.h')

clean: ## remove what was built
	rm -rf build

copies: ## copy 01-blocking/http.h to the other steps
	for step in $(wordlist 2,5,$(STEPS)); do cp 01-blocking/http.h $$step/; done

help: ## show this list
	@sed -n 's/^\([a-z0-9 -]*\):.*## /\1  /p' Makefile
