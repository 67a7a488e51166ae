#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

TASK_NOW=2025-10-18T10:30:00Z

# Two clones of a server whose board has two tasks; the first is here.
git init -q --bare "$sandbox/server"
git clone -q "$sandbox/server" a 2>/dev/null && cd a && task-init >/dev/null &&
    task-new One Two >/dev/null && git push -q -u origin main &&
    git clone -q "$sandbox/server" ../b || echo "Bail out! no clones"

it "takes the next id through the remote, and prints it"
exits 0 task-sync --reserve
out_is "TASK-0003"
err_is ""
is "$(cat .git/task/reserved)" "TASK-0003"

it "says there who took it, and when"
is "$(git -C "$sandbox/server" cat-file -p refs/task/id/TASK-0003 |
    sed 's/"id":"[^"]*"/"id":""/')" \
    '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@alice","reserved":"TASK-0003"}'

it "changes nothing else: no branch, no file, no commit"
is "$(git status --porcelain)" ""
is "$(git rev-parse HEAD)" "$(git rev-parse origin/main)"
is "$(git for-each-ref refs/task)" ""

it "takes several, and never one that another clone has"
exits 0 task-sync --reserve 3 origin -C ../b
out_is "TASK-0004
TASK-0005
TASK-0006"
exits 0 task-sync --reserve -j
out_is '{"id":"TASK-0007"}'
exits 0 task-sync --reserve -z 2
is "$(tr '\0' ' ' <"$out")" "TASK-0008 TASK-0009 "

it "has task-new use them, the lowest first"
exits 0 task-new Three
out_is "TASK-0003"
is "$(cat .git/task/reserved)" "TASK-0007
TASK-0008
TASK-0009"

it "sets the board's counter above them, for those who go by that"
is "$(cat .work/tasks/ID_COUNTER.txt)" "0010"

it "goes past what it holds when it needs more"
exits 0 task-new Four Five Six Seven
out_is "TASK-0007
TASK-0008
TASK-0009
TASK-0010"
is "$(cat .git/task/reserved)" ""
is "$(cat .work/tasks/ID_COUNTER.txt)" "0011"
sound

it "has task-split use them, too"
exits 0 task-sync --reserve 2
make_task "Large" '"priority":"P1","effort":"L"'
exits 0 task-split --into 'Left half' --into 'Right half' \
    --criteria 1=1 --criteria 2=2 11
is "$(ls .work/tasks/inbox | sed -n 's/^TASK-\(001.\).*half$/\1/p' |
    paste -sd' ' -)" "0012 0013"

it "keeps them where nothing came of it"
exits 0 task-sync --reserve
held=$(cat .git/task/reserved)
exits 0 task-new -n "Not made"
exits 64 task-new --priority P9 "Not made"
is "$(cat .git/task/reserved)" "$held"

it "gives a number that a task has by now to nobody else"
id=$(task-new "It takes it")
[ "$id" = "$(echo "$held" | head -n 1)" ] || fail "$id is not of: $held"
echo "$id" >.git/task/reserved
exits 0 task-new "Another one"
[ "$(cat "$out")" != "$id" ] || fail "twice $id"

it "reads what the remote's board has by now"
(cd ../b && task-new B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11 B12 B13 B14 B15 \
    >/dev/null && git push -q)
last=$(ls ../b/.work/tasks/inbox | sed -n 's/^TASK-\([0-9]*\)-b15$/\1/p')
exits 0 task-sync --reserve
[ "$(sed 's/TASK-0*//' "$out")" -gt "${last#00}" ] ||
    fail "$(cat "$out") is not after $last"

it "counts each namespace by itself"
echo 'namespaces: {FW: {full_name: Firmware}}' >.work/tasks/NAMESPACES.yaml
exits 0 task-index
exits 0 task-sync --reserve --namespace FW 2
out_is "TASK-FW-0001
TASK-FW-0002"
exits 0 task-new --namespace FW "In firmware"
out_is "TASK-FW-0001"
exits 64 task-sync --reserve --namespace NO
err_has "--namespace: "

it "with --dry-run says which it would try, and takes none"
cp .git/task/reserved before
git -C "$sandbox/server" for-each-ref >refs
exits 0 task-sync --reserve -n 2
is "$(wc -l <"$out" | tr -d ' ')" 2
cmp -s before .git/task/reserved || fail "they are kept"
is "$(git -C "$sandbox/server" for-each-ref)" "$(cat refs)"

it "takes the next where somebody was faster, and says so"
cat >"$sandbox/server/hooks/pre-receive" <<'EOF'
#!/bin/sh
[ -e faster ] && exit 0
unset GIT_QUARANTINE_PATH
read -r old new ref
echo "$ref" >faster
git update-ref "$ref" "$(git rev-parse refs/task/id/TASK-0003)"
EOF
chmod +x "$sandbox/server/hooks/pre-receive"
exits 0 task-sync --reserve
err_has "somebody was faster"
lost=$(sed 's,.*/,,' "$sandbox/server/faster")
[ "$(cat "$out")" != "$lost" ] || fail "it has $lost, which is another's"
rm "$sandbox/server/hooks/pre-receive"

it "says what the server says where it does not let us"
printf '#!/bin/sh\necho "no ids here" >&2\nexit 1\n' \
    >"$sandbox/server/hooks/pre-receive"
chmod +x "$sandbox/server/hooks/pre-receive"
cp .git/task/reserved before
unchanged exits 1 task-sync --reserve
err_has "no ids here"
err_has "was refused: pre-receive hook declined"
cmp -s before .git/task/reserved || fail "it is kept"
rm "$sandbox/server/hooks/pre-receive"

it "reads a list that was damaged, and takes nothing for an id that is none"
printf 'rubbish\n\tTASK-1\n../../x\nTASK-0400\n\033[31m\n-rf\nTASK-0400\n' \
    >.git/task/reserved
exits 0 task-new "After it"
out_is "TASK-0400"
exits 0 task-new "And then"
out_is "TASK-0401"

it "is status 69 and nothing changed where the remote cannot be reached"
git remote set-url origin "$sandbox/nowhere"
unchanged exits 69 task-sync --reserve
err_has "task-sync: 'origin' cannot be reached; what is done here stays here"
out_is ""

it "and where there is no such remote, or none at all"
unchanged exits 69 task-sync --reserve nope
err_is "task-sync: there is no remote 'nope' (git remote -v lists them)"
unchanged exits 69 task-sync --reserve ./-rf
git remote remove origin
unchanged exits 69 task-sync --reserve
err_has "there is no remote to sync with"

it "refuses a count that is none"
exits 64 task-sync --reserve 0
exits 64 task-sync --reserve 10001
exits 64 task-sync --reserve 99999999999999999999
exits 64 task-sync --namespace FW
err_is "task-sync: --namespace goes with --reserve"
exits 64 task-sync --reserve 1 origin other

it "fails where the list cannot be written out"
[ ! -e /dev/full ] || {
	task-sync --reserve -C ../b >/dev/full 2>"$err"
	is "$?" 74
}

finish
