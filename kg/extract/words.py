"""Word lists that tell where a noun phrase begins, what its head says of its kind, and cues.

They are read off the annotation guide and the training abstracts: a head noun stands here
for a kind when most phrases that end in it are annotated with that kind.
"""

from __future__ import annotations

from typing import Final

from kg.model import Kind
from kg.text import fold


def words(text: str) -> frozenset[str]:
    """The words of a text as a set.

    >>> sorted(words("of in"))
    ['in', 'of']
    """
    return frozenset(text.split())


FUNCTION: Final = words(
    """a an the this that these those such each every any some all both either neither no not
    only our
    their its his her your my we they it he she you i us them one ones other others another same
    own which who whom whose what when where while whether how why if then than as at by for
    from in into of off on onto out over under upon via with within without between among across
    through throughout during before after above below against along around about toward towards
    per and or but nor so yet because since although though unless until despite whereas is are
    was were be been being am has have had having do does did doing can could may might must
    shall should will would also too very more most less least much many few several various
    numerous multiple different diverse certain respective corresponding two three four five six
    seven eight nine ten first second third last next further furthermore moreover however thus
    hence therefore here there now e.g. i.e. etc. et al. vs. versus like unlike behind forward
    ahead including e.g i.e namely especially specifically particularly respectively even still
    just already often usually typically generally directly indirectly well better best good
    worse worst far again once twice up down back forth instead rather quite almost nearly
    together apart due according based prior beyond besides except regarding given between' 's '
    "" '' `` yes n't to cannot whereby wherein thereby therein it's single overall following
    underlying main key entire whole rest total half double large-scale small large big huge
    long short high low higher lower highest lowest fewer larger smaller largest smallest faster
    slower fast slow great greater little early late later recent recently current currently
    existing previous previously past future modern traditional classical conventional standard
    common commonly popular popularly widely well-known typical general usual ubiquitous
    important critical crucial essential significant significantly major minor fundamental core
    central"""
)

EVALUATIVE: Final = words(
    """novel new brand-new first simple yet effective efficient powerful robust scalable flexible
    versatile general generic unified principled innovative original state-of-the-art sota
    superior competitive strong stronger better best promising elegant lightweight compact fast
    faster accurate reliable practical comprehensive systematic extensive challenging difficult
    hard complex complicated sophisticated advanced rich successful remarkable outstanding
    impressive excellent desirable favorable favourable high-quality high-performance
    cutting-edge leading well-performing plug-and-play end-to-end easy-to-use carefully real
    real-world realistic new-generation specialized specialised tailored dedicated customized
    ad-hoc naive vanilla plain mere proposed presented introduced resulting so-called
    aforementioned mentioned above-mentioned underlying initial final full partial complete
    additional extra alternative similar comparable related relevant specific particular unique
    special potential possible available suitable appropriate adequate necessary sufficient
    useful helpful beneficial computational computationally expensive costly massive enormous
    tremendous considerable substantial notable noticeable drastic dramatic severe limited
    scarce modest human optimal wider deeper shallower lighter simpler richer weaker narrower
    bigger similarly-sized expressive arbitrary keystone gigantic representative prominent
    transformative mainstream hungry parent community relative well-established fastest largest
    smallest slowest strongest good poor intrinsic inherent natural popular publicly existing
    open-source open-sourced"""
)

VERBS: Final = words(
    """propose proposes proposed proposing present presents presented presenting introduce
    introduces
    introduced introducing develop develops developed developing design designs designed
    designing devise devises devised build builds built building construct constructs
    constructed constructing create creates created creating use uses used using utilize
    utilizes utilized utilizing utilise employ employs employed employing apply applies applied
    applying adopt adopts adopted adopting leverage leverages leveraged leveraging exploit
    exploits exploited exploiting combine combines combined combining integrate integrates
    integrated integrating incorporate incorporates incorporated incorporating extend extends
    extended extending improve improves improved improving enhance enhances enhanced enhancing
    boost boosts boosted boosting outperform outperforms outperformed outperforming surpass
    surpasses surpassed surpassing achieve achieves achieved achieving attain attains attained
    attaining obtain obtains obtained obtaining reach reaches reached reaching yield yields
    yielded yielding produce produces produced producing show shows showed shown showing
    demonstrate demonstrates demonstrated demonstrating prove proves proved proven proving
    verify verifies verified verifying validate validates validated validating evaluate
    evaluates evaluated evaluating compare compares compared comparing analyze analyzes analyzed
    analyzing analyse analyses analysed investigate investigates investigated investigating
    study studies studied studying explore explores explored exploring examine examines examined
    examining find finds found finding obmerge merges merged merging serve serves served
    observing provide provides provided providing offer offers offered offering give gives gave
    given giving make makes made making take takes took taken taking learn learns learned learnt
    train trains trained perform performs performed performing solve solves solved solving
    address addresses addressed addressing tackle tackles tackled tackling handle handles
    handled handling overcome overcomes mitigate mitigates mitigating alleviate alleviates
    alleviating reduce reduces reduced reducing increase increases increased increasing minimize
    minimizes minimized minimizing maximize maximizes maximizing optimize optimizes optimizing
    estimate estimates estimated estimating predict predicts predicted predicting generate
    generates generated generating detect detects detected detecting recognize recognizes
    recognized identify identifies identified identifying classify classifies classified capture
    captures captured capturing model models modeled modelled encode encodes encoded decode
    decodes decoded represent represents represented representing require requires required
    requiring need needs needed rely relies relied relying depend depends depending consist
    consists consisting contain contains containing comprise comprises include includes included
    allow allows allowed allowing enable enables enabled enabling ensure ensures ensuring
    guarantee guarantees facilitate facilitates support supports supported supporting help helps
    helping lead leads led leading result results resulting remain remains become becomes became
    get gets getting keep keeps keeping maintain maintains maintaining premerge preserving call
    calls called term termed name named dub dubbed denote denoted refer refers referred known
    say said argue argues suggest suggests suggesting indicate indicates indicating reveal
    reveals report reports reported reporting discuss discusses describe describes described
    describing formulate formulates formulated formulating define defines defined defining
    consider considers considered considering focus focuses focused focusing aim aims aimed
    aiming seek seeks try tries attempt attempts follow follows followed following run runs
    running work works working seen see conduct conducts conducted conducting carry carried test
    tests tested testing compute computes computed computing derive derives derived deriving
    bridge bridges bridging replace replaces replaced replacing remove removes removed removing
    add adds added adding select selects selected selecting choose chosen transfer transfers
    transferred transform transforms transformed convert converts converted map maps mapped
    match matches matched fine-tune fine-tuned finetune finetuned pre-train pretrain scale
    scales scaled save saves saving accelerate accelerates accelerated accelerating compress
    compresses compressed compressing suffer suffers suffering exhibit exhibits exhibited
    exhibiting possess outpace establish establishes established establishing set sets setting
    merge serving bring brings brought bringing deliver delivers delivering gain gained gaining
    benefit benefits inspired motivated guided driven tailored suited dedicated limited operate
    operates operating process processes processed distill distills distilled distilling meet
    meets assess assesses assessed assessing target targets lag lags hinder hinders customize
    customized organize organizing targeting perceive infer infers inferred inferring simulate
    simulates encourage encourages force forces review reviews reviewed survey surveys surveyed
    summarize summarizes mimic mimics exceed exceeds exceeding compete
    competes rival rivals attend attends consume consumes"""
)

#: Nouns that name nothing alone, and add nothing at the end of a name ("the TransKD framework").
GENERIC: Final = words(
    """method methods approach approaches framework frameworks model models algorithm algorithms
    system
    systems architecture architectures technique techniques strategy strategies scheme schemes
    pipeline pipelines paradigm paradigms procedure procedures mechanism mechanisms module
    modules component components network networks design designs solution solutions formulation
    formulations baseline baselines variant variants version versions counterpart counterparts
    family families toolkit library layer layers block blocks unit units function functions loss
    losses objective objectives series method's extension extensions structure structures"""
)
DATA_NOUNS: Final = words(
    """dataset datasets data-set data-sets benchmark benchmarks corpus corpora challenge challenges
    leaderboard treebank treebanks testbed suite database databases collection"""
)
TASK_NOUNS: Final = words("task tasks problem problems")

_METHOD_HEADS = """network transformer learning distillation cnn lstm rnn gan gnn gcn vae mlp llm
    plm vlm mllm lm
    dnn snn ann pruning quantization mechanism module loss attention pre-training pretraining
    fine-tuning finetuning augmentation embedding self-attention cross-attention descent
    detector autoencoder auto-encoder convolution classifier clustering regularization ensemble
    propagation sampling dropout encoder-decoder estimator decomposition factorization tuning
    tracker decoder encoder algorithm framework backbone model convnet resnet vit bandit solver
    optimizer controller planner policy prior kernel perceptron forest search field transport
    normalization prompting self-training self-supervision q-learning attack accelerator
    compressor tokenizer tokenization pooling aggregator generator discriminator layer filter
    architecture pipeline parser scheme parameterization reparameterization binarization"""
_TASK_HEADS = """detection classification segmentation recognition estimation generation
    translation answering
    summarization retrieval tracking recommendation localization extraction processing
    identification re-identification parsing planning captioning navigation synthesis inpainting
    completion forecasting grounding editing reconstruction understanding labeling tagging
    manipulation driving reasoning regression super-resolution denoising deblurring resolution
    disambiguation linking verification grasping dialogue perception matching registration
    restoration anonymization pansharpening colorization imaging"""
_METRIC_HEADS = """accuracy latency throughput flops regret speedup miou bleu perplexity rate
    error footprint
    runtime iou score complexity overhead f1 consumption precision recall fps psnr ssim fid auc
    rmse mae bitrate cost efficiency"""

#: What a noun phrase is when it ends in this word and nothing better is known.
HEADS: Final[dict[str, Kind]] = {
    **dict.fromkeys(_METHOD_HEADS.split(), "method"),
    **dict.fromkeys(_TASK_HEADS.split(), "task"),
    **dict.fromkeys(_METRIC_HEADS.split(), "metric"),
}

#: Heads that tell the kind of a name but seldom make a noun phrase one: fewer than three in ten
#: phrases that end in them are annotated in the training abstracts.
WEAK_HEADS: Final = words(
    """layer score resolution field error prior attack algorithm framework policy attention
    reasoning
    extraction cost complexity regression processing matching dialogue efficiency estimator
    precision pipeline backbone overhead regret bandit imaging perception latency rate embedding
    tracking recall index model learning architecture"""
)

#: Capitalised or abbreviated words that name no research idea.
NO_NAMES: Final = words(
    """NP-hard NP-complete DoF DoFs UAV UAVs IMU IMUs GPU GPUs CPU CPUs TPU TPUs NPU RAM DRAM API
    APIs URL HTTP HTTPS AI ML DL 2D 3D 4D 1D RGB
    RGB-D
    USA US UK EU GitHub Github Huggingface HuggingFace Google Microsoft NVIDIA Nvidia Intel
    Apple Amazon Meta OpenAI DeepMind IEEE ACM CVPR ICCV ECCV NeurIPS ICML ICLR ACL EMNLP AAAI
    IJCAI ICRA IROS NAACL SOTA SoTA PhD PDF XML JSON HTML SQL ID IDs vs OK TODO AR VR XR HD UHD
    iPhone iOS Android PyPI Python Java MIT BSD CC0 COVID-19 DNA RNA MRI MRIs CT EEG fMRI LiDAR
    RTX A100 V100 H100 GeForce GB MB KB TB GHz MHz kHz II III IV VI English French German
    Chinese McDonald i.i.d IID Arxiv arXiv ArXiv Codes"""
)

#: What may follow a hyphen without being part of the name before it ("BERT-based").
PARTICIPLES: Final = words(
    """based like style driven inspired powered enhanced augmented guided equipped trained generated
    derived assisted empowered captured"""
)
UNITS: Final = words(
    """ms s fps db ghz mhz khz mb gb kb tb mm cm m km w mw j mj % x times fold points percent
    million
    billion trillion thousand hours minutes seconds days"""
)

#: Verbs whose object is what the paper contributes.
PROPOSE: Final = words(
    """propose proposes proposed present presents presented introduce introduces introduced develop
    develops developed design designs designed devise devises devised construct constructs build
    create created describe describes formulate advocate contribute release introducing
    presenting proposing put"""
)
NAMING: Final = words("called named termed dubbed denoted coined namely")
OUTPERFORM: Final = words(
    """outperform outperforms outperformed outperforming surpass surpasses surpassed surpassing
    exceed
    exceeds beat beats beating"""
)

#: Who makes things that papers use.
COMPANIES: Final = words(
    """NVIDIA Nvidia AMD Intel Qualcomm Xilinx Google DeepMind Microsoft OpenAI Meta Facebook Apple
    Amazon Huawei Alibaba Baidu Tencent IBM Samsung Anthropic Adobe ByteDance"""
)

#: What looks like a name of our kinds and is none, folded: settings of a training or a test,
#: machines and sensors, where people are hired for small jobs, and adjectives cut off their noun.
NAMELESS: Final = frozenset(
    fold(name)
    for name in (
        *("learning rate", "step size", "batch size", "mini-batch size", "sample size"),
        *("dropout rate", "hyperparameter"),
        *("degree of freedom", "degrees of freedom", "DoF", "NP-hard", "kHz", "CPU", "GPU"),
        *("UAV", "unmanned aerial vehicle", "MAV", "micro aerial vehicle"),
        *("AUV", "autonomous underwater vehicle"),
        *("IMU", "inertial measurement unit", "GPS", "global positioning system", "LiDAR"),
        *("Amazon Mechanical Turk", "Mechanical Turk", "MTurk"),
        *("adversarial", "adversarially", "computational"),
    )
)
