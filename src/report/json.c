/* json.c: a report as one JSON object, complete: whatever the lanes show can be computed from it.
 *
 * Long arrays are printed element by element, so that a long execution needs no memory in
 * proportion. The rule: 64-bit digests and hashes are hex strings (a JSON number is a double),
 * sites are symbols, actors are spawn paths; no address, no time.
 */
#include "report/view.h"

#include "base/json.h"

#include "base/symbol.h"

#include "repro/repro.h"
#include "sched/schedule.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Prints and deletes. */
static void print_item(FILE *out, cJSON *item) {
    char *text = item != NULL ? cJSON_PrintUnformatted(item) : NULL;
    (void)fputs(text != NULL ? text : "null", out);
    cJSON_free(text);
    cJSON_Delete(item);
}

static void add_int(cJSON *to, const char *name, int64_t value) {
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    cJSON_AddItemToObject(to, name, cJSON_CreateRaw(text));
}

static void add_hex(cJSON *to, const char *name, uint64_t value) {
    char text[24];
    (void)snprintf(text, sizeof text, "%016" PRIx64, value);
    cJSON_AddStringToObject(to, name, text);
}

static void add_actor(cJSON *to, const char *name, const struct snag__view *v, int who) {
    const struct snag__actor_info *info = snag__view_info(v, who);
    char path[SNAG__ACTOR_TEXT];
    if (info != NULL)
        cJSON_AddStringToObject(to, name, snag__actor_print(&info->actor, path));
    else
        cJSON_AddNullToObject(to, name);
}

static cJSON *site_item(uint32_t site) {
    const struct snag__symbol *s = snag__symbol_of_site(site);
    if (s->function[0] == '\0' && s->line == 0)
        return cJSON_CreateNull();
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "function", s->function);
    cJSON_AddStringToObject(o, "file", s->file);
    add_int(o, "line", s->line);
    return o;
}

static void add_site(cJSON *to, const char *name, uint32_t site) {
    cJSON_AddItemToObject(to, name, site_item(site));
}

static void add_object(cJSON *to, const char *name, const struct snag__view *v, uint32_t object) {
    char text[SNAG__NAME];
    if (object != 0)
        cJSON_AddStringToObject(to, name, snag__view_object(v, object, text));
    else
        cJSON_AddNullToObject(to, name);
}

/* ---- what was run ---------------------------------------------------------------------------- */

static cJSON *bytes_of(const struct snag_value *value) {
    char hex[2 * SNAG_BYTES_MAX + 1] = "";
    for (int i = 0; i < value->bytes_count && i < SNAG_BYTES_MAX; i++)
        (void)snprintf(hex + 2 * (size_t)i, 3, "%02x", value->bytes[i]);
    return cJSON_CreateString(hex);
}

static cJSON *op_item(const struct snag_spec *spec, const struct snag__op *op, int number) {
    const struct snag_op_decl *decl = &spec->ops[op->op];
    char text[SNAG__WORDS];
    cJSON *o = cJSON_CreateObject();
    add_int(o, "number", number);
    cJSON_AddStringToObject(o, "op", decl->name);
    (void)snag__op_print(spec, op, text, sizeof text);
    cJSON_AddStringToObject(o, "text", text);
    add_int(o, "depth", op->depth);
    cJSON *args = cJSON_AddObjectToObject(o, "args");
    for (int a = 0; a < SNAG_ARGS_MAX && decl->args[a].type != SNAG_NONE; a++) {
        if (decl->args[a].type == SNAG_BYTES)
            cJSON_AddItemToObject(args, decl->args[a].name, bytes_of(&op->args[a]));
        else
            add_int(args, decl->args[a].name, op->args[a].i);
    }
    return o;
}

static cJSON *program_item(const struct snag_program *p, const struct snag_impl *impl) {
    cJSON *o = cJSON_CreateObject();
    add_int(o, "workers", p->workers);
    cJSON *config = cJSON_AddObjectToObject(o, "config");
    for (int i = 0; i < SNAG_CONFIG_MAX && impl->spec->config[i].name != NULL; i++)
        add_int(config, impl->spec->config[i].name, p->config.values[i]);
    cJSON *tasks = cJSON_AddArrayToObject(o, "tasks");
    for (int t = 0; t < p->tasks; t++) {
        cJSON *ops = cJSON_CreateArray();
        for (int i = p->first[t]; i < p->first[t + 1]; i++)
            cJSON_AddItemToArray(ops, op_item(impl->spec, &p->ops[i], i - p->first[t] + 1));
        cJSON_AddItemToArray(tasks, ops);
    }
    return o;
}

static cJSON *actor_item(const struct snag__view *v, int who) {
    static const char *const roles[] = {"root", "client", "worker", "other"};
    const struct snag__actor_info *info = snag__view_info(v, who);
    char name[SNAG__NAME];
    cJSON *o = cJSON_CreateObject();
    add_actor(o, "actor", v, who);
    cJSON_AddStringToObject(o, "name", snag__view_name(v, who, name));
    cJSON_AddStringToObject(o, "role", roles[snag__view_role(v, who)]);
    if (info != NULL && info->client)
        add_int(o, "task", info->client_number + 1);
    add_site(o, "spawned", info != NULL ? info->site : 0);
    return o;
}

/* ---- what happened --------------------------------------------------------------------------- */

static cJSON *event_item(const struct snag__view *v, const struct snag_event *e) {
    char text[SNAG__WORDS];
    cJSON *o = cJSON_CreateObject();
    add_actor(o, "actor", v, snag__who(e->vthread, e->task));
    add_actor(o, "vthread", v, e->vthread);
    add_int(o, "op", e->op);
    add_int(o, "ordinal", e->ordinal);
    add_int(o, "sub", e->sub);
    cJSON_AddStringToObject(o, "kind", snag_event_verb(e->kind));
    add_object(o, "object", v, e->object);
    cJSON_AddBoolToObject(o, "failed", (e->flags & SNAG_EVF_FAILED) != 0);
    cJSON_AddBoolToObject(o, "timeout", (e->flags & SNAG_EVF_TIMEOUT) != 0);
    cJSON_AddBoolToObject(o, "waited", (e->flags & SNAG_EVF_WAITED) != 0);
    if (snag__view_fault(e) != SNAG_FAULT_KINDS)
        cJSON_AddStringToObject(o, "fault", snag_fault_name(snag__view_fault(e)));
    else
        cJSON_AddNullToObject(o, "fault");
    add_int(o, "bytes", e->bytes);
    if (snag__view_value(e) != SNAG__VALUE_NONE)
        add_int(o, "value", e->value);
    cJSON_AddStringToObject(o, "text", snag__phrase(v, e, text));
    add_site(o, "site", e->site);
    return o;
}

static void add_candidate(cJSON *to, const char *name, const struct snag__view *v,
                          const struct snag_choice_entry *c, uint16_t id) {
    enum snag_choice_takes takes = snag_choice_takes(c->kind);
    if (takes == SNAG_TAKES_NUMBER)
        add_int(to, name, id);
    else
        add_actor(to, name, v, takes == SNAG_TAKES_TASK ? SNAG__WHO_TASK | id : id);
}

static cJSON *choice_item(const struct snag__view *v, const struct snag_choice_entry *c) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "kind", snag_choice_name(c->kind));
    add_int(o, "event", c->event);
    add_actor(o, "at", v, snag__who(c->vthread, c->task));
    add_int(o, "op", c->op);
    add_int(o, "ordinal", c->ordinal);
    add_int(o, "sub", c->sub);
    add_int(o, "candidates", c->n);
    add_candidate(o, "picked", v, c, c->picked);
    add_candidate(o, "default", v, c, c->def);
    cJSON_AddBoolToObject(o, "preempts",
                          c->kind == SNAG_CHOOSE_NEXT && c->current_enabled &&
                              c->picked != c->vthread);
    return o;
}

/* Null where none waits with its task. */
static void add_worker(cJSON *to, const struct snag__view *v, const struct snag_party *p) {
    int worker = snag__view_worker(v, p);
    if (worker >= 0)
        add_actor(to, "worker", v, worker);
    else
        cJSON_AddNullToObject(to, "worker");
}

static void add_callers(cJSON *to, const char *name, const uint32_t callers[SNAG_CALLERS_MAX]) {
    cJSON *list = cJSON_AddArrayToObject(to, name);
    for (uint32_t i = 0; i < SNAG_CALLERS_MAX && callers[i] != 0; i++)
        cJSON_AddItemToArray(list, site_item(callers[i]));
}

static cJSON *finding_item(const struct snag__view *v, const struct snag_finding *f) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "kind", snag_finding_name(f->kind));
    cJSON_AddStringToObject(o, "grade", snag_grade_name(f->grade));
    cJSON_AddStringToObject(o, "rule", f->rule);
    cJSON_AddStringToObject(o, "key", f->key);
    cJSON_AddStringToObject(o, "help", snag_finding_help(f->kind));
    cJSON_AddStringToObject(o, "detail", f->detail);
    add_int(o, "event", f->event);
    cJSON *parties = cJSON_AddArrayToObject(o, "parties");
    for (uint32_t i = 0; i < f->parties_count && i < SNAG_PARTIES_MAX; i++) {
        const struct snag_party *p = &f->parties[i];
        char name[SNAG__NAME];
        cJSON *item = cJSON_CreateObject();
        add_actor(item, "actor", v, snag__who(p->vthread, p->task));
        cJSON_AddStringToObject(item, "name",
                                snag__view_name(v, snag__who(p->vthread, p->task), name));
        add_worker(item, v, p);
        add_object(item, "object", v, p->object);
        add_site(item, "at", p->at_site);
        add_object(item, "holds", v, p->holds);
        add_site(item, "taken", p->holds_site);
        cJSON_AddBoolToObject(item, "suspended", p->suspended);
        cJSON_AddBoolToObject(item, "ready", p->ready);
        cJSON_AddBoolToObject(item, "ended", p->ended);
        add_int(item, "left_by", p->left_by);
        cJSON_AddBoolToObject(item, "reads", p->reads);
        cJSON_AddBoolToObject(item, "guard", p->guard);
        add_int(item, "lasted_ms", p->lasted_ms);
        add_int(item, "lasted_ops", p->lasted_ops);
        add_int(item, "bytes", p->bytes);
        add_callers(item, "callers", p->callers);
        add_callers(item, "taken_callers", p->taken_callers);
        cJSON_AddBoolToObject(item, "write", p->is_write);
        cJSON_AddBoolToObject(item, "atomic", p->is_atomic);
        cJSON_AddItemToArray(parties, item);
    }
    return o;
}

static cJSON *history_item(const struct snag_spec *spec, const struct snag_history_op *op) {
    const struct snag_op_decl *decl = &spec->ops[op->call.op];
    char text[SNAG__WORDS];
    cJSON *o = cJSON_CreateObject();
    add_int(o, "task", op->client + 1);
    add_int(o, "number", op->number);
    cJSON_AddStringToObject(o, "op", decl->name);
    add_int(o, "invoked", op->invoked);
    if (op->returned == 0) {
        cJSON_AddNullToObject(o, "returned");
        if (op->dropped != 0)
            add_int(o, "dropped", op->dropped);
        return o;
    }
    add_int(o, "returned", op->returned);
    add_int(o, "status", op->call.result.i);
    cJSON_AddStringToObject(o, "result", snag__phrase_result(decl, &op->call.result, text));
    return o;
}

static cJSON *verdict_item(const struct snag_verdict *v) {
    static const char *const ends[] = {
        [SNAG_END_DONE] = "done",           [SNAG_END_STUCK] = "stuck",
        [SNAG_END_STEPS] = "steps",         [SNAG_END_LIVELOCK] = "livelock",
        [SNAG_END_UNSETTLED] = "unsettled", [SNAG_END_LIMIT] = "limit",
        [SNAG_END_STOPPED] = "stopped"};
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "end",
                            (unsigned)v->end < sizeof ends / sizeof ends[0] ? ends[v->end] : "?");
    add_int(o, "events", v->events);
    add_int(o, "choices", v->choices);
    add_int(o, "points", v->points);
    add_int(o, "switches", v->switches);
    add_int(o, "preemptions", v->preemptions);
    add_hex(o, "digest", v->digest);
    add_hex(o, "sync_digest", v->sync_digest);
    cJSON_AddBoolToObject(o, "history_unknown", v->history_unknown != 0);
    return o;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void begin_array(FILE *out, const char *name) {
    (void)fprintf(out, ",\"%s\":[", name);
}

static void print_head(FILE *out, const struct snag__report_input *in) {
    const char *mode = in->impl == NULL               ? "scenario"
                       : in->impl->mode == SNAG_TASKS ? "tasks"
                                                      : "threads";
    (void)fprintf(out, "{\"report\":1,\"target\":");
    print_item(out, cJSON_CreateString(in->target));
    (void)fprintf(out, ",\"flavour\":");
    print_item(out, cJSON_CreateString(in->flavour));
    (void)fprintf(out, ",\"mode\":\"%s\",\"verdict\":", mode);
    print_item(out, verdict_item(in->verdict));
    if (in->output_bytes > 0) {
        (void)fprintf(out, ",\"output\":");
        snag__json_bytes(out, in->output, in->output_bytes);
    }
    (void)fprintf(out, ",\"program\":");
    print_item(out, in->program != NULL && in->impl != NULL ? program_item(in->program, in->impl)
                                                            : cJSON_CreateNull());
}

void snag__report_json(FILE *out, const struct snag__report_input *in) {
    struct snag__view v;
    if (!snag__view_open(&v, in)) {
        (void)fprintf(out, "null");
        return;
    }
    print_head(out, in);
    begin_array(out, "findings");
    for (uint32_t i = 0; i < in->verdict->findings_count; i++) {
        (void)fputs(i > 0 ? "," : "", out);
        print_item(out, finding_item(&v, &in->verdict->findings[i]));
    }
    (void)fputc(']', out);
    begin_array(out, "actors");
    for (uint32_t i = 0; i < in->vthreads_count + in->tasks_count; i++) {
        uint32_t task = SNAG__WHO_TASK | (i - in->vthreads_count);
        (void)fputs(i > 0 ? "," : "", out);
        print_item(out, actor_item(&v, (int)(i < in->vthreads_count ? i : task)));
    }
    (void)fputc(']', out);
    begin_array(out, "events");
    for (uint32_t i = 0; i < in->events_count; i++) {
        (void)fputs(i > 0 ? "," : "", out);
        print_item(out, event_item(&v, &in->events[i]));
    }
    (void)fputc(']', out);
    begin_array(out, "choices");
    for (uint32_t i = 0; i < in->choices_count; i++) {
        (void)fputs(i > 0 ? "," : "", out);
        print_item(out, choice_item(&v, &in->choices[i]));
    }
    (void)fputc(']', out);
    begin_array(out, "history");
    for (uint32_t i = 0; in->history != NULL && in->impl != NULL && i < in->history->count; i++) {
        (void)fputs(i > 0 ? "," : "", out);
        print_item(out, history_item(in->impl->spec, &in->history->ops[i]));
    }
    (void)fprintf(out, "]}");
    snag__view_close(&v);
}
