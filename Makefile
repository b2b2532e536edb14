# A thin front for people: Meson builds, the scripts named here do the rest.
PREFIX ?= /usr/local
MINUTES ?= 1

.PHONY: build web run test bench fuzz check-format format clean install help

build: build/release/build.ninja
	@ninja -C build/release --quiet

build/release/build.ninja:
	@tools/setup run
	@meson setup build/release --buildtype=release -Dtests=false >/dev/null

web:
	@tools/setup run
	@tools/web build

run:
	@tools/setup run
	@$(MAKE) --no-print-directory build
	@tools/web
	@tools/run-demo.sh

test:
	@tools/setup run test
	@tests/run

bench:
	@tools/setup run bench
	@bench/run

fuzz:
	@tools/setup run fuzz
	@tests/fuzz/run --minutes $(MINUTES)

check-format:
	@tools/setup format
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format --dry-run --Werror

format:
	@tools/setup format
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i

install: build
	@tools/web
	@meson configure build/release -Dprefix=$(abspath $(PREFIX))
	@meson install -C build/release --quiet
	@mkdir -p $(DESTDIR)$(abspath $(PREFIX))/share/zengshou && cp -r build/web $(DESTDIR)$(abspath $(PREFIX))/share/zengshou/
	@echo "已安装到 / installed in $(abspath $(PREFIX))"

clean:
	@rm -rf build

help:
	@echo 'make, make build    build build/release/zengshou'
	@echo 'make web            build the web application into build/web'
	@echo 'make run            install what is missing, build, make a demonstration county in demo/, screen it, serve it'
	@echo 'make test           run every test under ASan and UBSan; ends with "N passed, N failed"'
	@echo 'make bench          measure, and print the ratios'
	@echo 'make fuzz           fuzz every parser for MINUTES=1 each'
	@echo 'make check-format   is the layout as clang-format wants it?   make format: make it so'
	@echo 'make install        install under PREFIX=/usr/local'
	@echo 'make clean          remove build/ (demo/ stays: it holds a database)'
