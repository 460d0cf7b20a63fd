/* file_test: whole files and the errors about them. */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char dir[64];
static char path[128];

static void in_new_directory(void) {
    strcpy(dir, "/tmp/snag-file-XXXXXX");
    EXPECT(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/f", dir);
}

static void remove_directory(void) {
    unlink(path);
    EXPECT_EQ_INT(rmdir(dir), 0); /* fails if anything was left beside the file */
}

TEST(written_is_read_back_whole) {
    in_new_directory();
    struct snag_error e;
    char big[100000];
    memset(big, 'x', sizeof big);
    big[50000] = '\0';
    CHECK_EQ_INT(snag__file_write(path, "old", 3, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__file_write(path, big, sizeof big, &e), SNAG_ERR_OK);
    char *data;
    size_t bytes;
    CHECK_EQ_INT(snag__file_read(path, sizeof big, &data, &bytes, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(bytes, sizeof big);
    CHECK_EQ_MEM(data, big, sizeof big);
    CHECK_EQ_INT(data[bytes], 0);
    free(data);
    CHECK_EQ_INT(snag__file_read(path, sizeof big - 1, &data, &bytes, &e), SNAG_ERR_FORMAT);
    CHECK(data == NULL);
    remove_directory();
}

TEST(errors_name_the_file_and_leave_nothing_behind) {
    in_new_directory();
    struct snag_error e = {0};
    char *data;
    size_t bytes;
    CHECK_EQ_INT(snag__file_read(path, 10, &data, &bytes, &e), SNAG_ERR_IO);
    CHECK(strstr(e.line, path) != NULL);
    CHECK_EQ_INT(snag__file_read(dir, 10, &data, &bytes, &e), SNAG_ERR_IO);
    CHECK(strstr(e.line, "not a regular file") != NULL);
    CHECK_EQ_INT(mkfifo(path, 0600), 0); /* must not wait for a writer */
    CHECK_EQ_INT(snag__file_read(path, 10, &data, &bytes, &e), SNAG_ERR_IO);
    CHECK_EQ_INT(unlink(path), 0);
    CHECK_EQ_INT(mkdir(path, 0700), 0); /* rename onto a directory fails */
    CHECK_EQ_INT(snag__file_write(path, "x", 1, &e), SNAG_ERR_IO);
    CHECK_EQ_INT(rmdir(path), 0);
    char missing[160];
    snprintf(missing, sizeof missing, "%s/no/such", dir);
    CHECK_EQ_INT(snag__file_write(missing, "x", 1, &e), SNAG_ERR_IO);
    CHECK(strstr(e.line, missing) != NULL);
    remove_directory();
}

TEST(an_error_is_one_line) {
    struct snag_error e;
    CHECK_EQ_INT(snag_fail(&e, SNAG_ERR_USAGE, "%s", "a\nb\033[2Jc"), SNAG_ERR_USAGE);
    CHECK_EQ_STR(e.line, "a?b?[2Jc");
    CHECK_EQ_INT(snag_fail(NULL, SNAG_ERR_IO, "x"), SNAG_ERR_IO);
    CHECK_EQ_STR(snag_err_text(SNAG_ERR_OK), "ok");
    CHECK_EQ_STR(snag_err_text((enum snag_err)999), "unknown error");
}

TEST(folders_of_a_path_are_made) {
    in_new_directory();
    struct snag_error e;
    struct stat st;
    char deep[160];
    snprintf(deep, sizeof deep, "%s/a/b/c", dir);
    CHECK_EQ_INT(snag__file_folders(deep, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__file_folders(deep, &e), SNAG_ERR_OK);
    CHECK(stat(deep, &st) != 0); /* the last part is a file's name */
    deep[strlen(deep) - 2] = '\0';
    CHECK(stat(deep, &st) == 0 && S_ISDIR(st.st_mode));
    CHECK_EQ_INT(rmdir(deep), 0);
    deep[strlen(deep) - 2] = '\0';
    CHECK_EQ_INT(rmdir(deep), 0);
    remove_directory();
}

TEST(a_file_in_the_way_of_a_folder_is_named) {
    in_new_directory();
    struct snag_error e;
    char below[160];
    CHECK_EQ_INT(snag__file_write(path, "x", 1, &e), SNAG_ERR_OK);
    snprintf(below, sizeof below, "%s/b/c", path);
    CHECK_EQ_INT(snag__file_folders(below, &e), SNAG_ERR_IO);
    CHECK(strstr(e.line, path) != NULL);
    remove_directory();
}
