// The form for a new issue: the chosen type's template is filled in, and examples fill everything.
import { el } from "./dom.js";
import { backlog, attempt } from "./api.js";

// Examples of what customers write. Names are those of the space's issue types; what a type lacks is simply not chosen.
const examples = {
  sg: {
    label: "Security Group 追加（情報不足）", type: "Security Group 設定作業", priority: 3, summary: "Security Group の追加をお願いします",
    description: "お世話になっております。\n新しい拠点から管理画面に接続できるようにしてください。\n\n■ 作業の種類\n追加\n\n■ ホスト名\n\n■ アクセスの許可 / 不許可の詳細\n",
  },
  backup: {
    label: "バックアップ作業", type: "バックアップ作業", priority: 3, summary: "web01 のバックアップ取得のお願い",
    description: "お世話になっております。\nアプリケーション更新の前に、バックアップの取得をお願いいたします。\n\n■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n",
  },
  twin: {
    label: "同じ依頼をもう一度", type: "バックアップ作業", priority: 3, summary: "web01 のバックアップ取得のお願い（再送）",
    description: "先ほどもお送りしましたが、念のため再度お送りします。\n\n■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n",
  },
  change: {
    label: "承認と同意が要る変更", type: "ソフトウェアパッチ当て作業", priority: 3, summary: "web01 の openssl の更新のお願い",
    description: "お世話になっております。\n脆弱性への対応をお願いいたします。\n\n■ ホスト名\nweb01\n\n■ パッチ当てを実施する OS/ミドルウェア名\nAmazon Linux 2023\n\n■ 対象となるパッチ\nCVE-2026-1234\n",
  },
  incident: {
    label: "障害（高）", type: "障害ご連絡", priority: 2, summary: "【至急】サイトにアクセスできません",
    description: "■ 検知日時\n先ほど\n\n■ ホスト名\nweb01\n\n■ ビジネスインパクト\n注文を受けられず、販売が止まっています。\n\n■ 障害の詳細\nトップページが 503 エラーになります。\n",
  },
  consult: {
    label: "技術相談", type: "技術相談", priority: 3, summary: "RDS の接続数についてのご相談",
    description: "お世話になっております。\n\n■ ご相談内容\n- 夜間に接続数が上限に近づきます。\n- 上限の考え方と、増やす場合の影響を教えてください。\n",
  },
};

export function form(space, done, example) {
  const { types, priorities, project } = space;
  const type = el("select", { id: "type", name: "type", required: true }, types.map((t) => el("option", { value: String(t.id) }, t.name)));
  const summary = el("input", { id: "summary", name: "summary", required: true, maxlength: "255", autocomplete: "off" });
  const description = el("textarea", { id: "description", name: "description", rows: 11 });
  const priority = el("div", { class: "segments", role: "radiogroup", "aria-label": "優先度" }, priorities.map((p) => el("label", {},
    el("input", { type: "radio", name: "priority", value: String(p.id), checked: p.id === 3 }), el("span", {}, p.name))));
  let template = "";
  const fill = () => { // only a text that is still the template is replaced
    const t = types.find((x) => String(x.id) === type.value);
    if (!description.value.trim() || description.value === template) description.value = t?.templateDescription || "";
    template = t?.templateDescription || "";
  };
  type.addEventListener("change", fill);
  const use = (e) => {
    const t = types.find((x) => x.name === e.type);
    if (t) type.value = String(t.id);
    summary.value = e.summary;
    description.value = e.description;
    template = t?.templateDescription || "";
    priority.querySelector(`input[value="${e.priority}"]`).checked = true;
    summary.focus();
  };
  const send = el("button", { class: "primary" }, "登録する");
  const f = el("form", { class: "new", onsubmit: async (e) => {
    e.preventDefault();
    send.disabled = true;
    const issue = await attempt(() => backlog.post("issues", {
      projectId: project.id, issueTypeId: type.value, summary: summary.value.trim(), description: description.value,
      priorityId: f.querySelector("input[name=priority]:checked").value,
    }));
    send.disabled = false;
    if (issue) done(issue);
  } },
  el("fieldset", { class: "examples" }, el("legend", {}, "例を入れる"), Object.values(examples).map((e) => el("button", { type: "button", class: "ghost", onclick: () => use(e) }, e.label))),
  field("種別", "type", type), field("件名", "summary", summary), field("詳細", "description", description), el("div", { class: "field" }, el("span", { class: "label" }, "優先度"), priority),
  el("div", { class: "row" }, send));
  fill();
  if (example && examples[example]) setTimeout(() => use(examples[example]));
  return f;
}

const field = (label, id, control) => el("div", { class: "field" }, el("label", { for: id }, label), control);
