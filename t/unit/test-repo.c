/* SPDX-License-Identifier: MIT */
/* change/repo, change/ident */
#include "base/compat.h"

#include <sys/stat.h>

#include "base/err.h"
#include "change/ident.h"
#include "change/ref.h"
#include "change/repo.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

/* LeakSanitizer's, where it is there. */
void	 __lsan_disable(void) __attribute__((weak));
void	 __lsan_enable(void) __attribute__((weak));

static struct repo *repo;
static struct err err;

/* libgit2 itself loses memory where it fails in some ways. */
static void
expect_losses(bool yes)
{
	if (yes && __lsan_disable != NULL)
		__lsan_disable();
	if (!yes && __lsan_enable != NULL)
		__lsan_enable();
}

static bool
is_path(const char *got, const char *tail)
{
	struct buf b = BUF_INIT;
	bool is;

	buf_addf(&b, "%s/%s", scratch(), tail);
	is = row(strcmp(got, b.ptr) == 0, "%s", got);
	buf_release(&b);
	return is;
}

static void
test_open(void)
{
	struct repo *r;

	put_dir("none");
	ok(repo_open(&r, "none", &err) == -1 && err.status == EX_NOINPUT &&
	    r == NULL && strstr(err.msg, "task-init --git") != NULL,
	    "a folder may lie in no repository");
	ok(repo_init("r", &err) == 0 && is_there("r/.git/HEAD"),
	    "one can be made");
	put_file("r/a/b", "");
	ok(repo_open(&r, "r/a", &err) == 0, "and found from a folder in it");
	ok(is_path(repo_workdir(r), "r/") &&
	    is_path(repo_gitdir(r), "r/.git/") &&
	    is_path(repo_commondir(r), "r/.git/"),
	    "it knows where its files and its objects are");
	repo_close(r);
	repo_close(NULL);
	must_run(NULL, NULL, "git init -q --bare bare");
	ok(repo_open(&r, "bare", &err) == 0 && repo_workdir(r) == NULL,
	    "a bare one has no files");
	repo_close(r);
	must_run(NULL, NULL, "git init -q --object-format=sha256 sha256");
	expect_losses(true);
	ok(repo_open(&r, "sha256", &err) == -1 && err.status == EX_CONFIG &&
	    strstr(err.msg, "only SHA-1 is supported") != NULL,
	    "one with SHA-256 ids is refused");
	expect_losses(false);
	put_file("odd/.git/HEAD", "nonsense");
	put_file("odd/.git/config", "[core\n");
	put_dir("odd/.git/objects");
	put_dir("odd/.git/refs");
	ok(repo_open(&r, "odd", &err) == -1 && err.status == EX_CONFIG,
	    "and one that git cannot read");
	put_file("file", "");
	ok(repo_init("file/x", &err) == -1 && err.status == EX_IOERR,
	    "none is made below a file");
}

static void
test_config(void)
{
	char *s;

	put_file("r/.git/config", "[core]\n\trepositoryformatversion = 0\n"
	    "[task]\n\tuser = @me\n\tyes = true\n\tno = 0\n\tempty =\n"
	    "\tword = some\n");
	if (repo_open(&repo, "r", &err) != 0)
		bail("%s", err.msg);
	s = repo_config(repo, "task.user");
	is_str(s, "@me", "knows what git's configuration says");
	free(s);
	s = repo_config(repo, "user.name");
	is_str(s, "Alice", "the person's own as well");
	free(s);
	ok(repo_config(repo, "task.none") == NULL &&
	    repo_config(repo, "task.empty") == NULL,
	    "what it does not say is NULL");
	ok(repo_config_bool(repo, "task.yes", false) &&
	    !repo_config_bool(repo, "task.no", true),
	    "knows true from false");
	ok(repo_config_bool(repo, "task.none", true) &&
	    !repo_config_bool(repo, "task.word", false),
	    "otherwise it is what the caller says");
}

static void
test_unborn(void)
{
	struct ref_head h;

	ok(ref_head(repo, &h, &err) == 0 && h.unborn &&
	    strcmp(h.ref, "refs/heads/main") == 0 && oid_is_zero(&h.commit) &&
	    oid_is_zero(&h.tree), "a new repository has no commit yet");
	ref_head_release(&h);
	ref_head_release(&h);
	ok(h.ref == NULL, "releasing twice is no harm");
}

static struct oid
write_object(enum object_type type, const char *data, size_t len)
{
	struct buf b = BUF_INIT;
	struct oid id;

	buf_add(&b, data, len);
	oid_of(&id, object_type_name(type), data, len);
	if (repo_write(repo, type, &id, &b, &err) != 0)
		bail("%s", err.msg);
	buf_release(&b);
	return id;
}

static void
test_objects(void)
{
	struct buf b = BUF_INIT;
	struct oid id = write_object(OBJECT_BLOB, "hello\n", 6), none;
	char *s;

	s = says("git -C r cat-file blob "
	    "ce013625030ba8dba906f756967f9e9ca394464a");
	is_str(s, "hello", "an object that was written is git's");
	free(s);
	ok(repo_read(repo, &id, OBJECT_BLOB, &b, &err) == 0 &&
	    strcmp(b.ptr, "hello\n") == 0, "and is read back");
	ok(repo_read(repo, &id, OBJECT_TREE, &b, &err) == -1 &&
	    err.status == EX_NOINPUT && strcmp(err.msg,
	    "ce013625030ba8dba906f756967f9e9ca394464a is no tree") == 0,
	    "not as one of another type");
	memset(&none, 0x11, sizeof(none));
	ok(repo_read(repo, &none, OBJECT_BLOB, &b, &err) == -1 &&
	    err.status == EX_NOINPUT, "one that is not there is EX_NOINPUT");
	ok(repo_is_sound(repo, &id, OBJECT_BLOB) &&
	    !repo_is_sound(repo, &id, OBJECT_TREE) &&
	    !repo_is_sound(repo, &none, OBJECT_BLOB),
	    "knows which are whole");
	ok(strcmp(object_type_name(OBJECT_COMMIT), "commit") == 0 &&
	    strcmp(object_type_name(OBJECT_TREE), "tree") == 0,
	    "types have git's names");
	buf_release(&b);
}

static void
test_damaged(void)
{
	static const char path[] =
	    "r/.git/objects/ce/013625030ba8dba906f756967f9e9ca394464a";
	struct oid id;

	oid_parse(&id, "ce013625030ba8dba906f756967f9e9ca394464a");
	chmod(path, 0644);
	put_file(path, "");
	repo_close(repo);
	if (repo_open(&repo, "r", &err) != 0)
		bail("%s", err.msg);
	ok(!repo_is_sound(repo, &id, OBJECT_BLOB),
	    "an object that was cut off is not");
	write_object(OBJECT_BLOB, "hello\n", 6);
	ok(repo_is_sound(repo, &id, OBJECT_BLOB),
	    "writing it once more makes it whole");
}

static void
test_pack(void)
{
	struct pack_object v[3] = { { .type = OBJECT_BLOB },
	    { .type = OBJECT_BLOB }, { .type = OBJECT_TREE } };
	struct buf data[3] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct oid id;
	size_t i;
	char *s;

	for (i = 0; i < 60000; i++)
		buf_addf(&data[1], "%zu\n", i);
	for (i = 0; i < 3; i++)
		v[i].data = &data[i];
	is_int(repo_write_pack(repo, v, 3, &err), 0, "many objects are a pack");
	oid_of(&id, "blob", data[1].ptr, data[1].len);
	ok(repo_is_sound(repo, &id, OBJECT_BLOB), "each can be read back");
	oid_of(&id, "tree", "", 0);
	ok(repo_is_sound(repo, &id, OBJECT_TREE), "an empty one, too");
	must_run(NULL, NULL, "git -C r fsck --strict --no-dangling");
	s = says("git -C r count-objects -v");
	ok(strstr(s, "packs: 1\n") != NULL, "it lies where git has its packs");
	free(s);
	remove_tree("r/.git/objects/pack");
	put_file("r/.git/objects/pack", "");
	expect_losses(true);
	ok(repo_write_pack(repo, v, 3, &err) == -1 && err.status == EX_IOERR,
	    "one that cannot be written is EX_IOERR");
	expect_losses(false);
	remove_tree("r/.git/objects/pack");
	put_dir("r/.git/objects/pack");
	for (i = 0; i < 3; i++)
		buf_release(&data[i]);
}

static void
test_busy(void)
{
	ok(!repo_is_busy(repo), "git is not always busy");
	put_file("r/.git/index.lock", "");
	ok(repo_is_busy(repo), "it is while its index is held");
	remove_tree("r/.git/index.lock");
	put_file("r/.git/HEAD.lock", "");
	ok(repo_is_busy(repo), "or its HEAD");
	remove_tree("r/.git/HEAD.lock");
	put_file("r/.git/MERGE_HEAD", "");
	ok(repo_is_busy(repo), "and in the middle of a merge");
	remove_tree("r/.git/MERGE_HEAD");
}

/* Two commits on main, the first of them tagged. */
static void
make_history(void)
{
	repo_close(repo);
	put_file("r/dir/file", "one\n");
	must_run(NULL, NULL, "git -C r add .");
	must_run(NULL, NULL, "git -C r commit -q -m one");
	must_run(NULL, NULL, "git -C r tag -a -m note v1");
	put_file("r/dir/file", "two\n");
	must_run(NULL, NULL, "git -C r commit -q -a -m two");
	must_run(NULL, NULL, "git clone -q --local r c");
	if (chdir("c") != 0 || repo_open(&repo, ".", &err) != 0)
		bail("no clone: %s", err.msg);
}

static void
test_history(void)
{
	struct oid tree, parent, first = id_of("HEAD~1");
	struct oid second = id_of("HEAD"), want = id_of("HEAD^{tree}");
	struct ref_head h;
	struct buf b = BUF_INIT;

	ok(ref_head(repo, &h, &err) == 0 && !h.unborn &&
	    oid_equal(&h.commit, &second) && oid_equal(&h.tree, &want),
	    "knows the head");
	ref_head_release(&h);
	ok(repo_commit_info(repo, &second, &tree, &parent, &err) == 0 &&
	    oid_equal(&tree, &want) && oid_equal(&parent, &first),
	    "and a commit's tree and parent");
	ok(repo_commit_info(repo, &first, &tree, &parent, &err) == 0 &&
	    oid_is_zero(&parent), "the first has none");
	ok(repo_commit_info(repo, &tree, &tree, &parent, &err) == -1 &&
	    err.status == EX_IOERR, "a tree is no commit");
	ok(repo_descends(repo, &second, &first) &&
	    repo_descends(repo, &first, &first) &&
	    !repo_descends(repo, &first, &second),
	    "knows which comes after which");
	ok(repo_read_path(repo, &want, "dir/file", &b, &err) == 1 &&
	    strcmp(b.ptr, "two\n") == 0, "reads a file of a commit");
	ok(repo_read_path(repo, &want, "dir", &b, &err) == 0 &&
	    repo_read_path(repo, &want, "dir/none", &b, &err) == 0 &&
	    repo_read_path(repo, &first, "dir", &b, &err) == -1,
	    "where there is one");
	buf_release(&b);
}

static void
test_names(void)
{
	struct oid first = id_of("HEAD~1"), id;
	struct ref_head h;

	ok(repo_resolve_commit(repo, "HEAD~1", &id, &err) == 0 &&
	    oid_equal(&id, &first) &&
	    repo_resolve_commit(repo, "v1", &id, &err) == 0 &&
	    oid_equal(&id, &first), "finds a commit as a person names it");
	ok(repo_resolve_commit(repo, "none", &id, &err) == -1 &&
	    err.status == EX_NOINPUT &&
	    repo_resolve_commit(repo, "HEAD^{tree}", &id, &err) == -1 &&
	    strcmp(err.msg, "'HEAD^{tree}' is no commit") == 0,
	    "and nothing else");
	must_run(NULL, NULL, "git checkout -q --detach v1");
	ok(ref_head(repo, &h, &err) == 0 && strcmp(h.ref, "HEAD") == 0 &&
	    oid_equal(&h.commit, &first), "a head may be detached");
	ref_head_release(&h);
	must_run(NULL, NULL, "git checkout -q main");
}

static void
test_refs(void)
{
	struct oid first = id_of("HEAD~1"), second = id_of("HEAD"), at;
	struct ref_move m = { "refs/heads/main", second, first, "task: back" };
	char *s;

	ok(ref_move(repo, &m, &err) == 0 &&
	    ref_read(repo, "refs/heads/main", &at, &err) == 1 &&
	    oid_equal(&at, &first), "a reference moves");
	s = says("git reflog -1 --format=%%gs main");
	is_str(s, "task: back", "and its log says why");
	free(s);
	is_int(ref_move(repo, &m, &err), 1,
	    "one that is elsewhere by now does not");
	m = (struct ref_move){ "refs/heads/new", { { 0 } }, first, "new" };
	is_int(ref_move(repo, &m, &err), 0, "a new one is made");
	is_int(ref_move(repo, &m, &err), 1, "once");
	m.from = second;
	m.ref = "refs/heads/none";
	is_int(ref_move(repo, &m, &err), 1,
	    "one that is gone does not move");
	m.ref = "refs/heads/main";
	m.from = first;
	m.to = second;
	put_file(".git/refs/heads/main.lock", "");
	ok(ref_move(repo, &m, &err) == -1 && err.status == EX_TEMPFAIL,
	    "one that another process holds is EX_TEMPFAIL");
	remove_tree(".git/refs/heads/main.lock");
	is_int(ref_move(repo, &m, &err), 0, "for as long as it does");
	is_int(ref_read(repo, "refs/heads/none", &at, &err), 0,
	    "a reference may be missing");
	ok(ref_read(repo, "refs/heads/a b", &at, &err) == -1 &&
	    err.status == EX_IOERR, "or be none");
}

static void
test_stale_lock(void)
{
	static const char lock[] = ".git/refs/heads/main.lock";
	struct oid to = id_of("HEAD"), other = id_of("HEAD~1");
	char hex[OID_HEX + 1];

	oid_format(hex, &to);
	put_file(lock, hex);
	ref_drop_stale_lock(repo, "refs/heads/main", &other);
	ok(is_there(lock), "a lock with another id is somebody's");
	ref_drop_stale_lock(repo, "refs/heads/main", &to);
	ok(!is_there(lock), "one with our id was left by us");
	ref_drop_stale_lock(repo, "refs/heads/main", &to);
	ok(!is_there(lock), "there may be none");
	put_file(".git/HEAD.lock", hex);
	ref_drop_stale_lock(repo, "HEAD", &to);
	ok(!is_there(".git/HEAD.lock"), "HEAD's lies beside it");
}

static void
test_text(void)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	put_file(".gitattributes", "*.crlf text eol=crlf\n");
	buf_adds(&in, "a\r\nb\r\n");
	ok(repo_clean(repo, "x.crlf", &in, &out, &err) == 0 &&
	    strcmp(out.ptr, "a\nb\n") == 0,
	    "git keeps what its attributes say");
	ok(repo_clean(repo, "x", &in, &out, &err) == 0 &&
	    buf_equal(&in, &out), "else the bytes as they are");
	buf_clear(&out);
	buf_set(&in, "a\nb\n", 4);
	ok(repo_diff(&in, &(struct buf){ (char[]){ "a\nc\n" }, 4, 5 }, "name",
	    &out, &err) == 0 && strcmp(out.ptr, "@@ -1,2 +1,2 @@\n a\n-b\n+c\n")
	    == 0, "a diff is unified");
	buf_clear(&out);
	ok(repo_diff(&in, &in, "name", &out, &err) == 0 && out.len == 0,
	    "of the same text it is nothing");
	buf_release(&in);
	buf_release(&out);
}

static struct buf
text_of(const char *s)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, s);
	return b;
}

static void
test_merge(void)
{
	struct buf base = text_of("a\nb\nc\nd\n"), out = BUF_INIT;
	struct buf top = text_of("A\nb\nc\nd\n");
	struct buf bottom = text_of("a\nb\nc\nD\n");
	struct buf other = text_of("x\nb\nc\nd\n"), empty = BUF_INIT;

	ok(repo_merge_text(&base, &top, &bottom, &out, &err) == 0 &&
	    strcmp(out.ptr, "A\nb\nc\nD\n") == 0,
	    "changes in other lines are both kept");
	buf_clear(&out);
	ok(repo_merge_text(&base, &top, &base, &out, &err) == 0 &&
	    buf_equal(&out, &top), "a change of one side is taken");
	buf_clear(&out);
	ok(repo_merge_text(&base, &top, &top, &out, &err) == 0 &&
	    buf_equal(&out, &top), "one that both made is made once");
	buf_clear(&out);
	ok(repo_merge_text(&base, &top, &other, &out, &err) == 1 &&
	    out.len == 0, "of one line in two ways nothing is made");
	ok(repo_merge_text(&empty, &top, &other, &out, &err) == 1 &&
	    out.len == 0, "nor of two texts that begin with nothing");
	ok(repo_merge_text(&empty, &top, &empty, &out, &err) == 0 &&
	    buf_equal(&out, &top), "a new text of one side is taken");
	buf_release(&base);
	buf_release(&out);
	buf_release(&top);
	buf_release(&bottom);
	buf_release(&other);
}

static void
test_commits(void)
{
	struct repo_commit c = REPO_COMMIT_INIT;
	struct oid id = id_of("HEAD"), parent = id_of("HEAD^");
	struct buf prefix = BUF_INIT;

	ok(repo_read_commit(repo, &id, &c, &err) == 1 && c.nparents == 1 &&
	    oid_equal(&c.parents[0], &parent) && c.email != NULL,
	    "a commit has its parents and its author");
	repo_commit_release(&c);
	memset(&id, 0x11, sizeof(id));
	expect_losses(true);
	ok(repo_read_commit(repo, &id, &c, &err) == 0,
	    "one that is not there is no error");
	expect_losses(false);
	repo_commit_release(&c);
	ok(repo_prefix(repo, "/", &prefix, &err) == -1 &&
	    err.status == EX_CONFIG, "a folder elsewhere has no prefix");
	buf_release(&prefix);
}

int
main(void)
{
	scratch();
	test_open();
	test_config();
	test_unborn();
	test_objects();
	test_damaged();
	test_pack();
	test_busy();
	make_history();
	test_history();
	test_names();
	test_refs();
	test_stale_lock();
	test_text();
	test_merge();
	test_commits();
	repo_close(repo);
	return tap_done();
}
