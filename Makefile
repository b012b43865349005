# `make` alone tells what there is.
.DEFAULT_GOAL := help
SHELL := bash
.PHONY: help demo test race lint fmt build golden bench load fuzz chaos sim ci clean

help: ## show this list
	@echo "Toban, the duty bot of a support desk. Targets:"
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r t d; do printf '  %-8s %s\n' "$$t" "$$d"; done

demo: ## run Toban with stand-ins of Backlog and Slack (ARGS="--speed 600")
	go run ./cmd/toban demo $(ARGS)

test: ## install what is needed, then vet, law of imports, lint, all tests; ends with a count
	@.ci/test

race: ## all tests under the race detector (slow; needs a C compiler)
	go test -race -timeout 20m ./...

lint: ## golangci-lint as pinned in .tools/go.mod
	@.ci/lint

fmt: ## format every Go file
	go tool -modfile=.tools/go.mod gofumpt -w $$(git ls-files --cached --others --exclude-standard '*.go')

build: ## build bin/toban
	CGO_ENABLED=0 go build -trimpath -o bin/toban ./cmd/toban

golden: ## write the golden files anew; read the difference before you commit it
	@.ci/golden

bench: ## all benchmarks, and the table of bot/store/BENCHMARKS.md (ONLY='Webhook' for some)
	.ci/bench "$(ONLY)"

load: ## 500 requests a second for a minute to the stand-in of Backlog with 50,000 issues
	LOAD_FOR=60s go test -run '^$$' -bench '^BenchmarkLoad$$' -benchtime 1x ./backlog/backlogsim

fuzz: ## all fuzz tests, one after the other (FUZZTIME=10m each; ONLY='backlog FuzzAnswer')
	.ci/fuzz "$(ONLY)"

chaos: ## kill the real program again and again while all around it fails (ROUNDS=3 SEED=1 DURATION=60s ONLY=postgres)
	CHAOS_ROUNDS=$(or $(ROUNDS),1) CHAOS_SEED=$(SEED) CHAOS_DURATION=$(or $(DURATION),60s) CHAOS_ONLY="$(ONLY)" \
	go test ./cmd/toban -count=1 -timeout 0 -v -run '^(TestChaos|TestKilledAtEveryPointOn.*|TestLostReplicaCostsOneLease)$$'

sim: ## play whole months of a desk with everything that goes wrong (SEEDS=10, FROM=1, TICKETS=300, DAYS=30, or FOR=30m)
	SIM_SEEDS=$(or $(SEEDS),$(if $(FOR),1000000,3)) SIM_FROM=$(or $(FROM),1) SIM_TICKETS=$(or $(TICKETS),300) SIM_DAYS=$(DAYS) SIM_FOR=$(FOR) \
		go test -count=1 -timeout 0 -v -run '^TestMonths$$' ./cmd/toban

ci: ## what continuous integration runs, word for word
	.ci/run

clean: ## remove what was built
	rm -rf bin .cache
