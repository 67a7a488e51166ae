#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
tab=$(printf '\t')
reg=.work/tasks/.hooks/registry.yaml
mkdir "$tmp" || exit 1

# True where the hooks are trusted now.
trusted() {
	is "$(task-hook --columns trusted 2>/dev/null | sort -u)" "$1"
}

it "says that there is no board, and how to make one"
exits 66 task-hook
err_is "task-hook: no .work/tasks here or above (task-init makes one)"

board
task-new "First" "Second" >/dev/null

it "lists nothing where there is no registry, and has nothing to trust"
exits 0 task-hook
out_is ""
err_is ""
unchanged exits 66 task-hook --trust
err_is "task-hook: $reg: there is no such file, and so no hooks (task-hooks(5) tells how to write it)"
exits 66 task-hook --run on_move 1
exits 0 task-hook --untrust

mkdir .work/tasks/.hooks
cat >$reg <<'EOF'
version: 1
hooks:
  on_move:
    - name: count
      run: [./count, "a b", '']
      timeout: 1m
    - {name: later, run: [/bin/true], enabled: false}
  on_blocked:
    - {name: script, run: [sh, ./tools/script.sh]}
EOF
cat >.work/tasks/.hooks/count <<'EOF'
#!/bin/sh
cat >../count.input
echo '{"event":"late_log","desc":"counted","n":3}'
EOF
chmod +x .work/tasks/.hooks/count
mkdir tools
echo 'echo said >&2' >tools/script.sh
git add . && git commit -qm hooks

it "lists points, hooks, what they run, and whether they are trusted"
exits 0 task-hook
out_is "on_move${tab}count${tab}./count a b ${tab}yes${tab}60${tab}no
on_move${tab}later${tab}/bin/true${tab}no${tab}10${tab}no
on_blocked${tab}script${tab}sh ./tools/script.sh${tab}yes${tab}10${tab}no"
err_is "task-hook: these hooks are not trusted on this machine: task-hook --trust lets them run"
exits 0 task-hook -j
head -n 1 "$out" >"$tmp/first"
is "$(cat "$tmp/first")" '{"point":"on_move","name":"count","run":["./count","a b",""],"enabled":"yes","timeout":60,"trusted":"no"}'
exits 0 task-hook --columns name --header
out_is "name
count
later
script"
exits 0 sh -c 'task-hook -z --columns name | tr "\0" "|"'
out_is "count|later|script|"

it "lists points in the order of the page, whatever that of the file"
printf 'hooks: {on_rollback: [{name: b, run: [b]}], on_validate_pass: [{name: a, run: [a]}]}\n' >$reg
exits 0 task-hook --columns name
out_is "a
b"
git checkout -q $reg

it "trusts the hooks as they are, shows them, and changes no file of the board"
unchanged exits 0 task-hook --trust --columns name,trusted
out_is "count${tab}yes
later${tab}yes
script${tab}yes"
err_is "task-hook: these hooks run on this machine, until the registry or a program of theirs changes"
trusted yes
is "$(wc -l <.git/task/trusted-hooks)" 1
exits 0 task-hook --trust
is "$(wc -l <.git/task/trusted-hooks)" 1
exits 0 task-hook
err_is ""

it "trusts them no more when the registry changes, or a program they name"
echo "# more" >>$reg
trusted no
git checkout -q $reg
trusted yes
echo "# more" >>.work/tasks/.hooks/count
trusted no
git checkout -q .work/tasks/.hooks/count
trusted yes
echo "# more" >>tools/script.sh
trusted no
rm tools/script.sh
trusted no
git checkout -q tools/script.sh
trusted yes

it "follows a link to what an interpreter would run"
cp $reg "$tmp/registry"
echo "exit 0" >tools/real.sh
ln -s real.sh tools/link.sh
sed 's,tools/script.sh,tools/link.sh,' "$tmp/registry" >$reg
exits 0 task-hook --trust
trusted yes
echo "exit 1" >tools/real.sh
trusted no
echo "exit 0" >tools/real.sh
trusted yes
rm tools/link.sh
trusted no
mkfifo tools/link.sh
trusted no
rm tools/link.sh tools/real.sh
exits 0 task-hook --untrust
cp "$tmp/registry" $reg
exits 0 task-hook --trust

it "trusts them in every worktree of the repository, and in no clone"
git worktree add -q "$sandbox/work2" -b other
(cd "$sandbox/work2" && trusted yes)
git clone -q . "$sandbox/clone"
(cd "$sandbox/clone" && trusted no)

it "knows many registries, and not without end"
for n in 1 2 3 4 5 6 7 8; do
	echo "# $n" >>$reg
	exits 0 task-hook --trust
done
is "$(wc -l <.git/task/trusted-hooks)" 9
awk 'BEGIN { for (i = 0; i < 64; i++) printf "%040d\n", i }' \
    >.git/task/trusted-hooks
exits 0 task-hook --trust
is "$(wc -l <.git/task/trusted-hooks)" 64
trusted yes
awk 'BEGIN { for (i = 0; i < 10000; i++) printf "%040d\n", i }' \
    >.git/task/trusted-hooks
exits 65 task-hook
git checkout -q $reg

it "takes trust away"
exits 0 task-hook --untrust
out_is ""
trusted no
exits 0 task-hook --untrust
exits 0 task-hook --trust -n
out_has "count"
trusted no
exits 0 task-hook --trust
exits 0 task-hook --untrust -n
trusted yes

it "lets no worker trust hooks"
task-hook --untrust
TASK_AGENT=bot exits 1 task-hook --trust
err_is "task-hook: a worker cannot trust hooks (TASK_AGENT is 'bot'); ask a person"
mkdir -p .work/tasks/.workers
echo "id: bot" >.work/tasks/.workers/bot.manifest.yaml
exits 1 task-hook --trust -u bot
err_is "task-hook: a worker cannot trust hooks ('bot' has a manifest in .workers); ask a person"
trusted no

it "follows no link to a program, and reads no other kinds of files"
task-hook --trust >/dev/null 2>&1
mv .work/tasks/.hooks/count "$tmp/count"
ln -s "$tmp/count" .work/tasks/.hooks/count
exits 65 task-hook --trust
err_has ".hooks/count: a symbolic link"
rm .work/tasks/.hooks/count
mkdir .work/tasks/.hooks/count
exits 65 task-hook
err_has ".hooks/count"
rmdir .work/tasks/.hooks/count

it "says which program is missing"
exits 0 task-hook
err_has "task-hook: warning: hook count: there is no .work/tasks/.hooks/count"
trusted no
mv "$tmp/count" .work/tasks/.hooks/count
trusted yes

it "tries the hooks of a point, and keeps nothing"
cp "$(card 0001)" "$tmp/card"
unchanged exits 0 task-hook --run on_blocked 1
out_is ""
err_is "task-hook: TASK-0001: no event of it fires on_blocked; its last one is taken, 'created'
task-hook: hook script: said"
unchanged exits 0 task-hook --run on_move 1 2
out_is "TASK-0001${tab}count${tab}late_log${tab}counted
TASK-0002${tab}count${tab}late_log${tab}counted"
err_has "hook later is not enabled; this is only a trial"
exits 0 task-hook -j --run on_move 1
out_is '{"id":"TASK-0001","hook":"count","event":"late_log","desc":"counted","fields":{"n":3}}'
file_has ../count.input '"rehearsal":true'
exits_with "TASK-0002
" 0 task-hook --run on_move -
out_is "TASK-0002${tab}count${tab}late_log${tab}counted"

it "gives a hook on trial the last event that fires its point"
task-status -q 2 blocked --by external:x >/dev/null
task-note -q 2 "later" >/dev/null
sed -i 's/on_blocked/on_rollback/; s/on_move/on_blocked/' $reg
task-hook --trust >/dev/null 2>&1
exits 0 task-hook --run on_blocked 2
err_lacks "no event"
file_has ../count.input '"event":"blocked"'
git checkout -q $reg

it "says what would be tried, with -n"
rm ../count.input
exits 0 task-hook -n --run on_move 1
err_has "TASK-0001: hook count would run"
[ -e ../count.input ] && fail "it ran"

it "tells that a hook on trial fails"
printf 'hooks: {on_move: [{name: bad, run: [sh, -c, "exit 4"]}]}\n' >$reg
task-hook --trust >/dev/null 2>&1
exits 1 task-hook --run on_move 1
err_has "task-hook: hook bad: 'sh' ended with status 4"
printf 'hooks: {on_move: [{name: bad, run: [no-such-program-here]}]}\n' >$reg
task-hook --trust >/dev/null 2>&1
exits 66 task-hook --run on_move 1
git checkout -q $reg

it "tries no hooks that are not trusted, and none from within a hook"
echo "# more" >>$reg
exits 1 task-hook --run on_move 1
err_is "task-hook: the hooks are not trusted on this machine: task-hook shows them, task-hook --trust lets them run"
git checkout -q $reg
TASK_HOOK=on_move exits 1 task-hook --run on_move 1
err_is "task-hook: a hook cannot run hooks (TASK_HOOK is 'on_move')"

it "knows neither other points nor other tasks"
exits 64 task-hook --run on_moved 1
err_is "task-hook: --run: there is no hook point 'on_moved'; did you mean 'on_move'?"
exits 64 task-hook --run '' 1
exits 66 task-hook --run on_move 99
err_is "task-hook: TASK-0099: no such task"
exits 64 task-hook --run on_move -- "$(printf 'a\tb\n\033[31m\377')"
err_has 'a\tb\n\x1b[31m\xff'
exits 64 task-hook --run on_move -- -rf
exits 64 task-hook --run on_move ../../x

it "refuses a wrong command line"
exits 64 task-hook --trust --untrust
err_is "task-hook: --trust, --untrust and --run go alone"
exits 64 task-hook --trust --run on_move 1
exits 64 task-hook 1
err_is "task-hook: '1': tasks are named with --run POINT; git's hooks have install, status and uninstall"
exits 64 task-hook --run on_move
exits 64 task-hook --columns nothing
exits 64 task-hook --nothing

it "names a card or a ledger that cannot be read"
cp "$(ledger 0001)" "$tmp/ledger"
: >"$(ledger 0001)"
exits 65 task-hook --run on_move 1
err_has "TASK-0001: its ledger has no event"
cat "$tmp/ledger" >"$(ledger 0001)"
echo "no card" >"$(card 0001)"
exits 65 task-hook --run on_move 1
cat "$tmp/card" >"$(card 0001)"

it "warns of what it does not know, and says where a registry is wrong"
printf 'color: x\nhooks: {on_moved: []}\n' >$reg
exits 0 task-hook
err_is "task-hook: warning: $reg:1:1: unknown key 'color'
task-hook: warning: $reg:2:9: there is no hook point 'on_moved'; did you mean 'on_move'?"
printf 'hooks:\n  on_move:\n    - name: a\n      run: rm -rf /\n' >$reg
for how in "" --trust "--run on_move 1"; do
	# shellcheck disable=SC2086
	exits 78 task-hook $how
	err_is "task-hook: $reg:4:12: run: must be a list, [PROGRAM, ARGUMENT...]: no shell reads it"
done
exits 0 task-hook --untrust
git checkout -q $reg

it "says that standard output is full"
if [ -c /dev/full ]; then
	task-hook --trust >/dev/null 2>&1
	exits 74 sh -c 'task-hook >/dev/full'
	exits 74 sh -c 'task-hook -j --run on_move 1 >/dev/full'
fi

it "says that trust cannot be kept"
mv .git/task/trusted-hooks "$tmp/trusted" && mkdir .git/task/trusted-hooks
exits 65 task-hook --trust
err_has "trusted-hooks: is a directory"
rmdir .git/task/trusted-hooks
ln -s "$tmp/trusted" .git/task/trusted-hooks
exits 65 task-hook
err_has "trusted-hooks: a symbolic link"
rm .git/task/trusted-hooks

it "needs a git repository"
mkdir "$sandbox/plain" && cp -r .work "$sandbox/plain" &&
    cd "$sandbox/plain" || exit 1
exits 66 task-hook

it "wants a task to try them with, and says so"
unchanged exits 64 task-hook --run on_move
err_is "task-hook: --run wants a task to try the hooks of 'on_move' with"

finish
