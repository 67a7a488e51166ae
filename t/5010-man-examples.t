#!/bin/sh
# SPDX-License-Identifier: MIT
# The examples of the manual pages work.
#
# A line of a literal block that begins with "$ " is a command; where it ends
# with a backslash the next one belongs to it.  The commands of a page are run
# one after the other, in one shell, on a board of their own.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/page.sh"

man=$TASK_SRC/man

# What an import needs to lie in a stage, complete.
line() {
	printf '{"name":"%s","stage":"%s","goal":"the goal",' "$1" "$2"
	printf '"inputs":"the inputs","details":"the details",'
	printf '"outputs":"the outputs","context":"the context",'
	printf '"acceptance":[{"done":%s,"text":"it works"}]%s}\n' \
	    "$3" "${4:+,$4}"
}

# Thirty-nine that are done, and then those that the pages speak of.
lines() {
	i=1
	while [ $i -lt 40 ]; do
		line "Old task $i" archived true
		i=$((i + 1))
	done
	line "Send receipts by mail" current true '"priority":"P1"' # 40
	line "Print receipts" current false			# 41
	line "Log in with a passkey" backlog false \
	    '"priority":"P1","effort":"M","dri":"@bob"'		# 42
	line "Log out everywhere" inbox false			# 43
	line "Take coupons" learning true			# 44
	line "Show the stock" current true			# 45
	line "Sort by price" next false '"priority":"P2","effort":"S"'
	line "Save the basket" backlog false \
	    '"priority":"P1","effort":"S"'			# 47
	line "Nobody can log in" inbox false \
	    '"priority":"P0","effort":"S"'			# 48
}

make_board() {
	git init -q "$1" && cd "$1" && task-init >/dev/null &&
	    lines | task-new - >/dev/null && mkdir ../bookshop &&
	    task-init --git -C ../bookshop >/dev/null || return 1
	echo 'namespaces: {FW: {full_name: Firmware}}' \
	    >.work/tasks/NAMESPACES.yaml && task-index || return 1
	printf 'Wrap presents\nSell vouchers\n' >names.txt
	cp "$TASK_SRC/tools/filters/backlog.jq" .
	git init -q --bare "$home/server" &&
	    git remote add origin "$home/server" || return 1
	mkdir -p "$HOME/hooks" && cat >"$HOME/hooks/registry.yaml" <<-'EOF'
	hooks: {on_blocked: [{name: list, run: [sh, -c, "cat >>blocked"]}]}
	EOF
	cat >backlog.jsonl <<-'EOF'
	{"key":"B-1","name":"One","folder":"tasks","status":"To Do","created":"2025-09-06","updated":null,"assignee":["zoe"],"labels":["a"],"priority":"high","dependencies":["B-2","B-9"],"description":"text","plan":"","notes":"","acceptance":[{"done":false,"text":"it works"}]}
	{"key":"B-2","name":"Two","folder":"completed","status":"Done","created":"2025-09-06 21:22","updated":"2025-09-07","assignee":[],"labels":[],"priority":null,"dependencies":[],"description":"text","plan":"","notes":"","acceptance":[]}
	EOF
}

# An editor: fills in a card that is empty, ticks the criteria of another.
mkdir "$sandbox/bin"
cat >"$sandbox/bin/vi" <<'EOF'
#!/bin/sh
if grep -q '^- \[ \]' "$1"; then
	sed 's/^- \[ \]/- [x]/' "$1"
else
	sed -e '/^## Acceptance/,$s/^<!--.*-->$/- [ ] it works/' \
	    -e 's/^<!--.*-->$/Said here./' "$1"
fi >"$1.tmp" && cat "$1.tmp" >"$1" && rm "$1.tmp"
EOF
chmod +x "$sandbox/bin/vi"
PATH=$sandbox/bin:$PATH
mkfifo "$sandbox/fifo"

# A command that goes on until it is stopped: up to its first line, for which
# a hand edit gives it something to say.
goes_on() {
	echo "More." >>"$(folder 0043)/0043.context.md"
	eval "bounded 60 $1" >"$sandbox/fifo" 2>"$err" </dev/null &
	exec 3<"$sandbox/fifo"
	read -r first <&3 || fail "it prints nothing: $1"
	echo "$first" >"$out"
	tell TERM
	cat <&3 >>"$out"
	exec 3<&-
	wait $!
	got=$?
	[ "$got" -eq 0 ] && return 0
	fail "exit status $got: $1"
	show_last
}

run_commands() {
	[ -s "$sandbox/commands" ] || fail "there is none"
	while IFS= read -r command; do
		case $command in
		*jq*) command -v jq >/dev/null 2>&1 || continue ;;
		esac
		case $command in
		*--once*) exits 0 eval "$command" ;;
		*" -f"* | task-watch*) goes_on "$command" ;;
		*) exits 0 eval "$command" ;;
		esac
	done <"$sandbox/commands"
}

home=$sandbox/work
mkdir "$home/first" && cd "$home/first" || exit 1
(make_board "$home/first/board") || echo "Bail out! no board"

for f in "$man"/*.1; do
	page=${f##*/}
	it "runs the examples of $page"
	commands "$page" EXAMPLES >"$sandbox/commands"
	mkdir "$home/$page"
	if [ "$page" = task-init.1 ]; then
		cd "$home/$page" || exit 1
	else
		cp -r "$home/first/." "$home/$page" &&
		    cd "$home/$page/board" || exit 1
	fi
	run_commands
done

it "takes a task from the idea to the archive in ten commands"
mkdir "$home/ten" && cd "$home/ten" || exit 1
commands task.7 "A FIRST BOARD" >"$sandbox/commands"
is "$(wc -l <"$sandbox/commands")" 10
run_commands
exits 0 task-ls archived --columns name
out_is "Log in with a passkey"
sound

it "runs the pipelines of task.7"
cd "$home/first/board" || exit 1
commands task.7 "OPERANDS AND PIPELINES" >"$sandbox/commands"
run_commands
exits 0 task-ls next --columns id
out_has "TASK-0042"
out_has "TASK-0047"

finish
