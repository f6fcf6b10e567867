# make, make race, make test ... `make help` lists the targets.

CC     ?= cc
CFLAGS ?= -O2 -g
STEPS   = $(wildcard 0?-*)
export MAKE # tests and tools call it, too

# Where everything is built. Another one for other flags: make BUILD=build/asan CFLAGS=...
BUILD    = build
PROGRAMS = $(patsubst %.c,$(BUILD)/%,$(wildcard 0?-*/*.c)) $(BUILD)/server
TOOLS    = $(BUILD)/bare $(BUILD)/measure $(BUILD)/waiting $(BUILD)/faulty.so

# What is missing is said here, in a line, and not by the tool that stumbles over it.
ifneq ($(MAKECMDGOALS),help)
ifeq ($(shell command -v $(firstword $(CC)) 2>/dev/null),)
$(error there is no C compiler "$(CC)" here; README.md says what to install, or: make CC=gcc)
endif
ifeq ($(shell mkdir -p '$(BUILD)' 2>/dev/null && test -w '$(BUILD)' && echo yes),)
$(error $(BUILD)/ cannot be written; copy the project, or: make BUILD=/tmp/build)
endif
endif

WARNINGS = -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes

.PHONY: all race pictures 1 2 3 4 5 serve bench costs test lint portability format sanitize valgrind fuzz mutants copies \
        clean help exercises hint watch grade handout replay
all: $(PROGRAMS) ## build everything (into build/)

# The practice server, and what bench measures with.
$(BUILD)/server: tests/server/site.h
$(BUILD)/%: tests/server/%.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(CFLAGS) -o $@ $<

# What measures is not needed to learn: where it does not build, what needs it is skipped.
$(BUILD)/%: tests/bench/%.c
	@mkdir -p $(@D)
	-@$(CC) $(WARNINGS) $(CFLAGS) -o $@ $< || echo "no $(@F) here: what needs it is skipped"

# A program of a step is one .c file, and the headers beside it. With musl, step 5 needs libucontext.
UCONTEXT := $(shell CC='$(CC)' tests/tools/ucontext)
$(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(CFLAGS) -o $@ $< $(UCONTEXT)
$(foreach p,$(wildcard 0?-*/*.c),$(eval $(BUILD)/$(p:.c=): $(wildcard $(dir $p)*.h)))

# A library that makes calls fail, for the tests of faults. It is made for Linux and glibc; elsewhere
# those tests are skipped.
$(BUILD)/faulty.so: tests/faulty.c
	@mkdir -p $(@D)
	-@$(CC) -std=c11 -O1 -shared -fPIC -o $@ $< 2>$(BUILD)/faulty.log || echo "no faulty.so here"

$(BUILD)/05-coroutines/switch: override CFLAGS += -pthread

race: all ## the five steps on the same pages; for a projector: SHORT=1
	@tests/tools/with-server tests/tools/race $(if $(SHORT),short)

pictures: all ## draw the SVG pictures of the lessons anew
	@tests/tools/with-server tests/tools/race pictures

.SECONDEXPANSION:
1 2 3 4 5: $$(filter $(BUILD)/0$$@-%,$(PROGRAMS)) $(BUILD)/server ## one step; on other pages: make 3 URLS="http://..."
	@URLS='$(URLS)' tests/tools/with-server tests/tools/race $@

diff-2 diff-3 diff-4 diff-5: diff-%: ## what a step changed (diff-5: since step 1)
	@diff -u 0$(subst 5,1,$(subst 4,3,$(subst 3,2,$(subst 2,1,$*))))-*/fetch.c 0$*-*/fetch.c || :

sketch-1 sketch-2 sketch-3 sketch-4 sketch-5: sketch-%: all ## a step's idea on one page; other pages: PATHS="/delay/5"
	@tests/tools/with-server tests/tools/sketch $* $(PATHS)

sketch-diff-2 sketch-diff-3 sketch-diff-4 sketch-diff-5: sketch-diff-%: ## what a sketch adds to the one before
	@diff -u 0$(shell expr $* - 1)-*/sketch.c 0$*-*/sketch.c || :

PORT ?= 8080
REPLAYS = $(foreach n,1 2 3 4 5,replay-$n replay-sketch-$n) replay-pingpong
$(REPLAYS): replay-%: $(BUILD)/server
	@BUILD='$(BUILD)' CC='$(CC)' URLS='$(URLS)' PATHS='$(PATHS)' \
	    tests/tools/with-server tests/tools/replay/replay $(if $(TEXT),-t) $*
replay: $(BUILD)/server ## step through 3, 4, 5 in a browser; here: replay-3 TEXT=1
	@[ -z "$(TEXT)" ] || { echo "In the terminal there is room for one run: make replay-3 TEXT=1" >&2; exit 2; }
	@BUILD='$(BUILD)' CC='$(CC)' URLS='$(URLS)' \
	    tests/tools/with-server tests/tools/replay/replay 3 4 5

serve: $(BUILD)/server ## start the practice server: http://127.0.0.1:8080/
	@$(BUILD)/server -p $(PORT) || { status=$$?; [ $$status -gt 128 ] || \
	    echo "Does it run already, in another terminal? Then go on: it is there for both." \
	        "Another port: make serve PORT=8081, and then U=http://127.0.0.1:8081 (for a sketch:" \
	        "export PORT=8081)"; exit $$status; }

bench: all $(TOOLS) ## what the steps cost (3 minutes; QUICK=1: seconds)
	@CC="$(CC)" CFLAGS="$(CFLAGS)" BUILD=$(BUILD) tests/tools/with-server tests/bench/bench
	@tests/tools/timeline --growth -t 'N pages of 100 ms' <$(BUILD)/growth.txt >$(BUILD)/growth.svg
	@echo; echo "The growth as a picture: $(BUILD)/growth.svg"

costs: all ## the system calls of a page, for each step
	@BUILD=$(BUILD) tests/tools/with-server tests/bench/costs

test: all $(TOOLS) ## run all tests
	@BUILD='$(abspath $(BUILD))' tests/run-bats $(BATSFLAGS) tests

test-1 test-2 test-3 test-4 test-5: test-%: all ## the tests of one step: in which order does it print?
	@BUILD='$(abspath $(BUILD))' tests/run-bats $(BATSFLAGS) tests/0$*-*.bats

predict-1 predict-2 predict-3 predict-4 predict-5: predict-%: all ## compare your predict.txt with a run
	@tests/tools/with-server tests/tools/predict $* || [ $$? -eq 1 ]

exercises: ## your progress, and the next exercise
	@CC="$(CC)" tests/tools/exercise next

exercise-%: ## check one: make exercise-03-2
	@CC="$(CC)" tests/tools/exercise run $* || [ $$? -ne 2 ]

hint: ## the next hint; make hint-03-2: for that exercise
	@CC="$(CC)" tests/tools/exercise hint

hint-%:
	@CC="$(CC)" tests/tools/exercise hint $*

answer-%: ## an answer: answer-1-sketch, answer-1-3, answer-1-modify-2
	@tests/tools/answer $* || [ $$? -eq 1 ]

watch: ## as exercises, again at each save; make watch-03-2
	@CC="$(CC)" tests/tools/exercise watch

watch-%:
	@CC="$(CC)" tests/tools/exercise watch $*

reset-%: ## back to the starter; reset-3: fetch.c of step 3
	@tests/tools/exercise reset $*

skip-%: ## leave one out; again: take it back
	@tests/tools/exercise skip $*

# DIR and STEP come through the environment: so a blank in DIR is no matter.
export DIR STEP
grade: ## marks; DIR=class: a folder of copies; STEP=03: one step
	@CC="$(CC)" tests/tools/exercise grade $(FLAGS) "$${DIR:-.}"

handout: ## a copy without solutions: DIR=...; STEP=03: one step
	@tests/tools/exercise handout "$$DIR" "$$STEP"

lint: ## what compilers and linters have to say
	@tests/lint

portability: all ## what can be tried of macOS, musl, other processors
	@tests/portability

SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
VALGRIND = valgrind -q --error-exitcode=99 --max-stackframe=30000
# The tests whose programs are ours, and not scripts: those change nothing here.
SANITIZED = $(wildcard tests/00-server.bats tests/0[1-57-8]-*.bats tests/13-replay.bats)
sanitize: all ## the programs' tests with sanitizers, then under valgrind
	@$(MAKE) -s all $(TOOLS:$(BUILD)/%=build/sanitize/%) BUILD=build/sanitize CFLAGS="$(SANITIZE)"
	@RECORD_FLAGS="$(SANITIZE)" BUILD='$(abspath build/sanitize)' tests/run-bats $(BATSFLAGS) $(SANITIZED)
	@WRAP="$(VALGRIND)" BUILD='$(abspath $(BUILD))' tests/run-bats $(BATSFLAGS) $(STEPS:%=tests/%.bats)

valgrind: all ## tests of steps, faults, crawl under valgrind (5 minutes)
	@WRAP="$(VALGRIND)" BUILD='$(abspath $(BUILD))' tests/run-bats $(STEPS:%=tests/%.bats) \
	    tests/07-crawl.bats tests/08-faults.bats

FUZZ_SECONDS ?= 60
fuzz: ## random URLs and responses, FUZZ_SECONDS each (clang)
	@for what in url response html; do \
	    mkdir -p build/fuzz/$$what && \
	    clang -g -O1 -fsanitize=fuzzer,address,undefined \
	        -fno-sanitize-recover=all -o build/fuzz/fuzz-$$what tests/fuzz/$$what.c && \
	    build/fuzz/fuzz-$$what -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=build/fuzz/ \
	        -print_final_stats=1 build/fuzz/$$what tests/fuzz/corpus/$$what || exit 1; done

mutants: all ## plant the classic bugs, and see a test catch each
	@tests/mutants

format: ## let clang-format lay out the sources
	clang-format -i $$(git ls-files '*.c' '*.h')

clean: ## remove what was built
	rm -rf build

copies: ## copy 01-blocking/http.h and Makefile to the other steps
	for step in $(wordlist 2,5,$(STEPS)); do cp 01-blocking/http.h 01-blocking/Makefile $$step/; done

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9].*:.*## / { n = split($$1, name, " "); \
	    printf "  %-17s %s\n", (n > 1 ? name[1] " ..." : $$1), $$2 }' Makefile
