#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

templates=.work/templates
tab=$(printf '\t')

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# template NAME BODY [KEYS]: a small one, committed.
template() {
	{
		printf -- '---\ntask_id: "{id}"\ntask_name: "{name}"\n'
		printf 'stage: "{stage}"\nstatus: "{status}"\n'
		printf 'current_dri: "{dri}"\n%s---\n%s\n' "${3:+$3
}" "$2"
	} >"$templates/$1.md"
	git add $templates && git commit -qm "template $1"
}

# body: of the card that was made last.
body() {
	made=$(sed -n '$s/TASK-//p' "$out")
	awk 'f; /^---$/ && ++n == 2 { f = 1 }' "$(card "$made")"
}

key() {
	sed -n "s/^$2: //p" "$(card "$1")"
}

it "says that there is no board, and how to make one"
exits 66 task-new --templates
err_is "task-new: no .work/tasks here or above (task-init makes one)"
exits 66 task-new --template bug "A bug"
err_has "task-init makes one"

fresh_board templates

it "lists the templates for cards: those with front matter"
exits 0 task-new --templates
out_is "bug${tab}.work/templates/bug.md
card${tab}.work/templates/card.md"
template mine "text"
git rm -q --cached $templates/mine.md && git commit -qm "not mine"
exits 0 task-new --templates --columns name
out_is "bug
card
mine"
exits 0 task-new -j --templates
is "$(tail -n 1 "$out")" '{"name":"mine","path":".work/templates/mine.md"}'
rm $templates/bug.md $templates/mine.md
exits 0 task-new --templates
out_is "bug$tab
card${tab}.work/templates/card.md"
git checkout -q .
task-new -z --templates --columns name | tr '\0' '+' >"$out"
out_is "bug+card+"
unchanged exits 64 task-new --templates "A name"

it "makes a card from the template that is named"
exits 0 task-new --template bug "A bug"
out_is "TASK-0001"
file_has "$(card 0001)" "## Steps to Reproduce"
is "$(key 0001 task_name)" '"A bug"'
is "$(key 0001 tags)" '["bug"]'
file_has "$(card 0001)" "<!-- How to reproduce it, one step a line. -->"
sound

it "makes the usual one without a name, or by its name"
exits 0 task-new "Usual"
exits 0 task-new --template card "Usual"
is "$(diff "$(card 0002)" "$(card 0003)" | grep -c '^<')" 1
file_lacks "$(card 0002)" "Steps to Reproduce"

it "takes a built-in one where the board has none"
git rm -qr $templates && git commit -qm "none of ours"
exits 0 task-new --template bug "Built in"
file_has "$(card 0004)" "## Steps to Reproduce"
git checkout -q HEAD~2 -- $templates && git commit -qm "ours"

it "fills in what is so"
template facts "{id} {name} {user} {date} {stage} {nothing}"
exits 0 task-new --template facts "With facts"
is "$(body)" "0005 With facts @alice 2025-10-18 inbox {nothing}"

it "fills blanks with --fill, in body and front matter"
template fills '{steps:how to reproduce it} and {steps:again}, {other:unsaid}' \
    'severity: {severity:how bad}
quoted: "as {severity:bad} as"
none: {none:nobody says}
empty: "{none:nobody says}"'
exits 0 task-new --template fills --fill steps='click = crash' \
    --fill severity=high "Filled"
is "$(body)" 'click = crash and click = crash, <!-- unsaid -->'
is "$(key 0006 severity)" '"high"'
is "$(key 0006 quoted)" '"as high as"'
is "$(key 0006 none)" 'null # nobody says'
is "$(key 0006 empty)" '""'
sound

it "takes the last of two fills of one blank, and an empty one"
exits 0 task-new --template fills --fill steps=a --fill steps=b \
    --fill other= "Last"
is "$(body)" 'b and b, '

it "writes a hostile text into front matter as a text"
hostile='"x": {y} # \z
stage: archived
---
- &a !!python/object:os.system'
exits 0 task-new --template fills --fill severity="$hostile" "Hostile"
id=$(sed 's/TASK-//' "$out")
is "$(key "$id" stage)" '"inbox"'
exits 0 task-show "$id"
python=$(task-show -j "$id" | jq -r .stage)
is "$python" inbox
is "$(key "$id" severity | jq -r .)" "$hostile"
is "$(key "$id" quoted | jq -r .)" "as $hostile as"
sound

it "keeps a hostile text in the body within its section"
template nested '## Goal

{steps:what}

## After'
hostile='# Heading
```
$(touch pwned) `touch pwned` <!-- '
exits 0 task-new --template nested --fill steps="$hostile" "Hostile too"
is "$(body | grep '^#')" '## Goal
### Heading
## After'
is "$(body | grep -c '^```')" 2
is "$(find . -name pwned)" ""

it "refuses a text that is not UTF-8"
unchanged exits 65 task-new --template nested \
    --fill steps="$(printf 'a\377')" "Bad"
err_has "not UTF-8"

it "fills blanks of the usual template, and of the context"
exits 0 task-new --fill inputs='the design' --fill context='all there is' "Usual"
id=$(sed 's/TASK-//' "$out")
file_has "$(card "$id")" "the design"
is "$(tail -n 1 "$(folder "$id")/$id.context.md")" "all there is"

it "takes what an option says before what is filled in"
exits 0 task-new -m "by option" --fill goal="by fill" "Both"
is "$(body | sed -n 4p)" "by option"

it "adds tags to those of the template, each once"
exits 0 task-new --template bug -t web -t bug "Tagged"
is "$(key "$(sed 's/TASK-//' "$out")" tags)" '["bug", "web"]'

it "uses the template for each name, and for JSON lines"
exits 0 task-new --template bug --fill steps=same "One" "Two"
for id in $(sed 's/TASK-//' "$out"); do
	file_has "$(card "$id")" "same"
done
exits_with '{"name":"From a line","goal":"its own"}' 0 task-new \
    --template bug --fill steps=piped --fill goal=filled -
id=$(sed 's/TASK-//' "$out")
file_has "$(card "$id")" "piped"
file_has "$(card "$id")" "its own"
file_lacks "$(card "$id")" "filled"
sound

it "changes nothing with -n"
unchanged exits 0 task-new -n --template bug --fill steps=x "Not made"

# What is refused.

it "says which templates there are where there is none of that name"
unchanged exits 66 task-new --template bog "A bug"
err_is "task-new: there is no template 'bog'; there are: bug, card, facts, fills, nested"

it "takes no path for a name, and reads nothing"
mkdir -p "$sandbox/.ssh" && cp $templates/bug.md "$sandbox/.ssh/id.md"
cp $templates/bug.md .work/bug.md
cp $templates/bug.md $templates/.hidden.md
for name in ../../.ssh/id ../bug ./bug /etc/passwd a/b .. . .hidden "" \
    "$(printf 'a\nb')" "$(printf 'a\033b')" "$(printf 'a\377')"; do
	unchanged exits 64 task-new --template "$name" "A bug"
	err_has "--template: "
	err_has "is no name of a template"
done
exits 0 task-new --templates
out_lacks hidden
unchanged exits 64 task-new --template "$(printf '%300s' x | tr ' ' x)" "A bug"
rm .work/bug.md $templates/.hidden.md

it "follows no symbolic link, and reads no FIFO"
ln -s "$sandbox/.ssh/id.md" $templates/link.md
unchanged exits 65 task-new --template link "A bug"
err_has "a symbolic link, which is never followed"
mkfifo $templates/fifo.md
unchanged exits 65 task-new --template fifo "A bug"
err_has "a FIFO"
mkdir $templates/dir.md
unchanged exits 65 task-new --template dir "A bug"
exits 0 task-new --templates --columns name
out_is "bug
card
facts
fills
nested"
rm -r $templates/link.md $templates/fifo.md $templates/dir.md
mkdir "$sandbox/elsewhere" && cp $templates/facts.md "$sandbox/elsewhere/"
mv $templates "$sandbox/moved" && ln -s "$sandbox/elsewhere" $templates
unchanged exits 66 task-new --template facts "A bug"
rm $templates && mv "$sandbox/moved" $templates

it "refuses one that is no template for cards"
for name in context handoff learning learning-p0; do
	unchanged exits 65 task-new --template $name "A bug"
	err_has ".work/templates/$name.md: it has no front matter"
done

it "refuses a template that is no card when it is filled in, and says where"
template broken "text" 'severity: @high'
unchanged exits 65 task-new --template broken "A bug"
err_has ".work/templates/broken.md, filled in: 7:11: "
git rm -q $templates/broken.md && git commit -qm "none"

it "refuses a blank that there is not, or that is not to be filled in"
unchanged exits 64 task-new --template bug --fill stps=x "A bug"
err_is "task-new: --fill: the template has no blank 'stps'; did you mean 'steps'?"
unchanged exits 64 task-new --fill steps=x "Usual"
err_is "task-new: --fill: the template has no blank 'steps'"
for key in id name user date stage status dri priority effort tags \
    depends_on; do
	unchanged exits 64 task-new --fill $key=x "Usual"
	err_has "'$key' is what the task says"
done
for fill in steps =x ""; do
	unchanged exits 64 task-new --template bug --fill "$fill" "A bug"
	err_has "is not KEY=TEXT"
done

# The terminal: script(1) has one.
template asked '{steps:how to reproduce it}; {more:what else}; {silent}' \
    'severity: {severity:how bad}'
if command -v script >/dev/null; then
	it "asks on a terminal for what is not given, before anything is made"
	printf 'often\nclick\n\n\n' | script -qec \
	    'task-new --template asked --fill severity=high "Asked"' \
	    /dev/null >"$out" 2>&1
	out_has "task-new: steps (how to reproduce it): "
	out_has "task-new: more (what else): "
	out_lacks "severity"
	out_lacks "silent"
	id=$(sed -n 's/.*TASK-\([0-9]*\).*/\1/p' "$out" | tail -n 1)
	is "$(sed -n '$p' "$(card "$id")")" 'often; click; {silent}'

	it "leaves a blank that is answered with nothing"
	printf '\nelse\n\n\n' | script -qec \
	    'task-new --template asked --fill severity=high "Asked"' \
	    /dev/null >"$out" 2>&1
	id=$(sed -n 's/.*TASK-\([0-9]*\).*/\1/p' "$out" | tail -n 1)
	is "$(sed -n '$p' "$(card "$id")")" \
	    '<!-- how to reproduce it -->; else; {silent}'

	it "asks for each of several tasks, by its name"
	printf 'a\nb\nc\nd\ne\nf\ng\nh\n' | script -qec \
	    'task-new --template asked --fill context=c "One" "Two"' \
	    /dev/null >"$out" 2>&1
	out_has "task-new: One: severity (how bad): "
	out_has "task-new: Two: steps (how to reproduce it): "
	id=$(sed -n 's/.*TASK-\([0-9]*\).*/\1/p' "$out" | tail -n 1)
	is "$(key "$id" severity)" '"d"'
	is "$(sed -n '$p' "$(card "$id")")" 'e; f; {silent}'

	it "asks nobody where the template was not named"
	script -qec 'task-new "Not asked"' /dev/null >"$out" 2>&1 </dev/null
	out_lacks "("
	sound
fi

it "asks nobody where there is no terminal"
exits_with "an answer
" 0 task-new --template asked "Not asked"
err_is ""
is "$(body)" '<!-- how to reproduce it -->; <!-- what else -->; {silent}'
sound

finish
