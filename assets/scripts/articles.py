"""What stands on the shelves: the products of the document and their neighbours.

All articles and their makers are invented, so that no real article is shown.
Sizes are width, depth, height in metres.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """One package design. `kind` picks its shape, `motif` its drawing."""

    sku: str
    kind: str
    size: tuple[float, float, float]
    zh: str
    en: str
    net: str
    paper: str
    accent: str
    ink: str
    motif: str
    price: int


@dataclass(frozen=True)
class Product:
    """What the document says of an article that can be bought."""

    article: Article
    number: int
    name_zh: str
    name_en: str
    text_zh: str
    text_en: str
    alt_zh: str
    alt_en: str

    @property
    def id(self) -> str:
        return f"0192f0a0-1c00-7000-8000-{self.number:012x}"

    @property
    def gtin(self) -> str:
        """In-store range (prefix 2), so that it names no article in the world."""
        digits = f"2100000{self.number:05d}"
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
        return digits + str(-total % 10)

    @property
    def slug(self) -> str:
        return self.article.sku.lower()


# One row or one short block per article: tables read better than one argument a line.
# fmt: off
_PRODUCTS = (
    Product(
        Article("TEA-OOL-150", "tin", (0.105, 0.105, 0.165), "高山烏龍茶", "HIGH MOUNTAIN OOLONG",
                "150 g", "#1f5b4c", "#e9d9a6", "#fbf6e6", "mountain", 320),
        1, "高山烏龍茶", "High Mountain Oolong",
        "手採烏龍，輕發酵，茶湯清香回甘。鐵罐裝，送禮自喝都合適。",
        "Hand-picked, lightly oxidised oolong with a clear, sweet finish. In a tin, for a gift or for yourself.",
        "深綠色圓鐵罐，印有山形圖案", "Dark green round tin with a drawing of mountains"),
    Product(
        Article("TEA-BLK-020", "box", (0.15, 0.075, 0.14), "蜜香紅茶", "HONEY BLACK TEA",
                "20 包", "#9c2f22", "#f2c14e", "#fff4df", "leaf", 150),
        2, "蜜香紅茶包（20 入）", "Honey Black Tea, 20 bags",
        "天然蜜香的紅茶，獨立茶包，熱沖三分鐘就好喝。",
        "Black tea with a natural honey note. Single bags; three minutes in hot water is enough.",
        "磚紅色紙盒，印有茶葉圖案", "Brick-red carton with a drawing of tea leaves"),
    Product(
        Article("COF-DRP-010", "box", (0.16, 0.09, 0.145), "掛耳咖啡", "DRIP COFFEE",
                "10 包", "#3a2a22", "#e08e45", "#fdf1e2", "cup", 280),
        3, "中焙掛耳咖啡（10 入）", "Medium Roast Drip Coffee, 10 bags",
        "中度烘焙，帶堅果與焦糖香，撕開就能沖。",
        "Medium roast with nut and caramel notes; tear open, hang on the cup, pour.",
        "深棕色紙盒，印有咖啡杯", "Dark brown carton with a coffee cup on it"),
    Product(
        Article("SNK-PIN-006", "box", (0.20, 0.12, 0.10), "土鳳梨酥", "PINEAPPLE CAKES",
                "6 入", "#f4b81f", "#2f6b3a", "#4b2a12", "pineapple", 240),
        4, "土鳳梨酥（6 入）", "Pineapple Cakes, box of 6",
        "土鳳梨內餡酸甜有纖維，外皮酥鬆，奶香不膩。",
        "Tart pineapple filling with real fibre in a short, buttery crust.",
        "黃色禮盒，印有鳳梨", "Yellow gift box with a pineapple on it"),
    Product(
        Article("SNK-NUT-180", "pouch", (0.17, 0.07, 0.23), "蒜味花生", "GARLIC PEANUTS",
                "180 g", "#d9442b", "#ffe08a", "#fff8e8", "peanut", 65),
        5, "蒜味花生 180 g", "Garlic Peanuts 180 g",
        "小火慢烘的帶膜花生，蒜香夠味，配茶配啤酒都好。",
        "Slow-roasted peanuts with their skins on and plenty of garlic.",
        "紅色袋裝，印有花生", "Red bag with peanuts on it"),
    Product(
        Article("SNK-SEA-040", "pouch", (0.18, 0.075, 0.24), "海苔脆片", "SEAWEED CRISPS",
                "40 g", "#12424f", "#8fd0b5", "#f1fbf4", "wave", 55),
        6, "海苔脆片 40 g", "Seaweed Crisps 40 g",
        "薄脆海苔夾芝麻，鹹香不油，打開就停不下來。",
        "Thin seaweed pressed with sesame; savoury and not oily.",
        "深藍綠色袋裝，印有海浪", "Deep teal bag with waves on it"),
    Product(
        Article("NDL-BEF-001", "cup", (0.145, 0.145, 0.105), "紅燒牛肉麵", "BRAISED BEEF NOODLES",
                "110 g", "#b3201c", "#ffd35c", "#fff6e4", "bowl", 49),
        7, "紅燒牛肉麵（碗裝）", "Braised Beef Noodle Bowl",
        "紅燒湯頭，附肉塊調理包，熱水沖泡五分鐘。",
        "Braised-beef broth with a pouch of real meat; ready five minutes after the hot water.",
        "紅色碗麵，印有麵碗圖案", "Red noodle bowl with a drawing of a bowl"),
    Product(
        Article("NDL-SES-004", "box", (0.19, 0.10, 0.19), "麻醬拌麵", "SESAME NOODLES",
                "4 包", "#e7d7b5", "#a2472b", "#3b2416", "noodle", 129),
        8, "麻醬拌麵（4 入）", "Sesame Dry Noodles, 4 packs",
        "日曬麵條配芝麻醬包，三分鐘就是一碗家常拌麵。",
        "Sun-dried noodles with sesame paste; a home-style bowl in three minutes.",
        "米色紙盒，印有麵條線條", "Cream carton with lines like noodles"),
    Product(
        Article("SAU-SOY-420", "bottle", (0.085, 0.085, 0.25), "黑豆醬油", "BLACK BEAN SOY SAUCE",
                "420 ml", "#f3e6c4", "#7a1f1a", "#241510", "circle", 135),
        9, "黑豆蔭油 420 ml", "Black Bean Soy Sauce 420 ml",
        "純黑豆甕釀一百二十天，醬香濃，滷肉、沾豆腐都合適。",
        "Black beans aged 120 days in clay jars; deep, for braising and for dipping.",
        "深色玻璃瓶，米色標籤", "Dark glass bottle with a cream label"),
    Product(
        Article("DRK-MLK-936", "carton", (0.095, 0.095, 0.245), "鮮乳", "FRESH MILK",
                "936 ml", "#f6f8fb", "#2b6cb8", "#123a6b", "drop", 95),
        10, "全脂鮮乳 936 ml", "Whole Fresh Milk 936 ml",
        "當日配送的全脂鮮乳，請冷藏並於開封後三日內飲用。",
        "Whole milk delivered daily. Keep cold and drink within three days of opening.",
        "白色屋頂盒，藍色字樣", "White gable-top carton with blue lettering"),
    Product(
        Article("DRK-WML-600", "pet", (0.072, 0.072, 0.235), "冬瓜茶", "WINTER MELON TEA",
                "600 ml", "#d8e3a4", "#5a7d2a", "#2c3d12", "melon", 30),
        11, "古早味冬瓜茶 600 ml", "Winter Melon Tea 600 ml",
        "冬瓜與黑糖慢熬，冰冰喝最消暑。",
        "Winter melon simmered with brown sugar; best ice-cold.",
        "琥珀色飲料瓶，淺綠標籤", "Amber drink bottle with a pale green label"),
    Product(
        Article("DRK-SOY-450", "pet", (0.075, 0.075, 0.20), "豆漿", "SOY MILK",
                "450 ml", "#fff3d6", "#d08a2e", "#5a3410", "bean", 35),
        12, "無糖豆漿 450 ml", "Unsweetened Soy Milk 450 ml",
        "非基改黃豆現磨，無糖，冷飲溫熱皆宜。",
        "Freshly ground non-GM soybeans, no sugar; good cold or warm.",
        "乳白色瓶裝，米黃標籤", "Creamy white bottle with a pale label"),
    Product(
        Article("TEA-JAS-150", "tin", (0.105, 0.105, 0.165), "茉莉綠茶", "JASMINE GREEN TEA",
                "150 g", "#dfe9c9", "#4c8a4a", "#24452a", "leaf", 260),
        13, "茉莉綠茶", "Jasmine Green Tea",
        "綠茶以新鮮茉莉窨製三次，花香清雅，冷泡也好喝。",
        "Green tea scented three times with fresh jasmine; good cold-brewed too.",
        "淺綠色圓鐵罐，中央有直式品名", "Pale green round tin with the name written downwards"),
    Product(
        Article("SNK-EGG-300", "tin", (0.15, 0.15, 0.20), "手工蛋捲", "EGG ROLLS",
                "300 g", "#f0a63c", "#8f2e22", "#4a1f12", "roll", 199),
        14, "手工蛋捲 300 g", "Handmade Egg Rolls 300 g",
        "一片一片現烤捲成，蛋香濃、入口即化，罐裝不易碎。",
        "Baked and rolled one by one; rich in egg, crisp, and safe in a tin.",
        "橘黃色大圓罐，印有蛋捲", "Large amber tin with egg rolls on it"),
    Product(
        Article("SNK-RIC-120", "pouch", (0.18, 0.075, 0.23), "香酥米果", "RICE CRACKERS",
                "120 g", "#f6efe0", "#d65a31", "#5c2413", "grain", 45),
        15, "香酥米果 120 g", "Rice Crackers 120 g",
        "在地白米烘烤，薄鹽微甜，大人小孩都愛。",
        "Baked from local rice, lightly salted, a little sweet.",
        "米白色袋裝，印有稻穗", "Cream bag with ears of rice"),
    Product(
        Article("BRK-OAT-500", "box", (0.17, 0.08, 0.23), "大燕麥片", "ROLLED OATS",
                "500 g", "#2f6fa8", "#f6d98f", "#ffffff", "grain", 99),
        16, "大燕麥片 500 g", "Rolled Oats 500 g",
        "整粒輾壓的燕麥，煮粥、泡牛奶、做餅乾都合適。",
        "Whole rolled oats for porridge, for milk, for biscuits.",
        "藍色紙盒，印有麥穗", "Blue carton with ears of oats"),
    Product(
        Article("CAN-MUS-380", "tin", (0.085, 0.085, 0.11), "香菇肉燥", "MUSHROOM SAUCE",
                "380 g", "#6b3b22", "#f3c77a", "#fff4df", "mushroom", 65),
        17, "香菇肉燥 380 g", "Mushroom and Pork Sauce 380 g",
        "香菇與豬肉慢火炒香，一匙就能拌飯、拌麵。",
        "Shiitake and pork, fried slowly; one spoon is enough for rice or noodles.",
        "棕色罐頭，印有香菇", "Brown can with mushrooms on it"),
    Product(
        Article("RIC-TAI-002", "pouch", (0.21, 0.10, 0.30), "池邊好米", "POND SIDE RICE",
                "2 kg", "#eef3ea", "#3b7a4b", "#1e3d27", "grain", 189),
        18, "池邊好米 2 kg", "Pond Side Rice 2 kg",
        "當季新米，粒粒飽滿，煮起來帶淡淡芋香。",
        "This season's rice: full grains with a faint scent of taro.",
        "米白色袋裝，中央有綠色直式品名", "White bag with the name written downwards in green"),
    Product(
        Article("DRK-YOG-500", "pet", (0.078, 0.078, 0.19), "優酪乳", "YOGURT DRINK",
                "500 ml", "#f7c5d5", "#c93c72", "#7a1740", "berry", 55),
        19, "莓果優酪乳 500 ml", "Berry Yogurt Drink 500 ml",
        "生乳發酵加上莓果，酸甜順口，請冷藏。",
        "Fermented milk with berries; fresh and a little sour. Keep cold.",
        "粉紅色瓶裝，圓形標籤", "Pink bottle with a round label"),
    Product(
        Article("HOM-SOA-003", "box", (0.16, 0.06, 0.11), "檜木皂", "CYPRESS SOAP",
                "3 入", "#d8b48a", "#5a3a22", "#3b2412", "soap", 85),
        20, "檜木皂（3 入）", "Cypress Soap, 3 bars",
        "冷製手工皂，淡淡檜木香，洗手洗澡都溫和。",
        "Cold-process soap with a quiet scent of cypress, mild on the skin.",
        "木色紙盒，印有肥皂泡泡", "Wood-coloured carton with soap bubbles"),
    Product(
        Article("JAR-HNY-420", "jar", (0.082, 0.082, 0.115), "龍眼蜜", "LONGAN HONEY",
                "420 g", "#f7e3ae", "#c8791a", "#4b2607", "honey", 350),
        21, "龍眼蜜 420 g", "Longan Honey 420 g",
        "春天的龍眼花蜜，色深味濃，泡茶、抹吐司都好。",
        "From longan blossom in spring: dark and full, for tea or on toast.",
        "玻璃罐裝琥珀色蜂蜜，米黃標籤", "Glass jar of amber honey with a cream label"),
    Product(
        Article("JAR-CHI-240", "jar", (0.07, 0.07, 0.10), "辣椒醬", "CHILI SAUCE",
                "240 g", "#fbeed6", "#c22718", "#5c110b", "chili", 85),
        22, "阿婆辣椒醬 240 g", "Granny's Chili Sauce 240 g",
        "朝天椒加豆豉慢熬，香辣不死鹹，拌什麼都開胃。",
        "Bird's eye chili simmered with fermented beans; hot, fragrant, not too salty.",
        "紅色玻璃罐，印有辣椒", "Glass jar of red sauce with chilies on the label"),
    Product(
        Article("DRK-SPK-330", "can", (0.066, 0.066, 0.122), "檸檬氣泡", "LEMON SPARKLE",
                "330 ml", "#f5d82e", "#f7f3d0", "#22542c", "citrus", 25),
        23, "檸檬氣泡飲 330 ml", "Lemon Sparkling Drink 330 ml",
        "屏東檸檬原汁加氣泡水，微甜清爽。",
        "Lemon juice and sparkling water, only slightly sweet.",
        "黃色鋁罐，印有檸檬切片", "Yellow can with a slice of lemon"),
    Product(
        Article("GRN-BAS-001", "plant", (0.13, 0.13, 0.30), "九層塔", "THAI BASIL",
                "1 盆", "#f4efe2", "#3f7a34", "#24401c", "basil", 60),
        24, "九層塔小盆栽", "Thai Basil in a Pot",
        "騎樓下的陽光養大的，放在窗邊，要用時摘幾片。",
        "Grown in the light of our arcade. Keep it by the window and pick a few leaves when you cook.",
        "陶盆裡的九層塔，插著小名牌", "Thai basil in a clay pot with a small name tag"),
)

PRODUCTS = {p.article.sku: p for p in _PRODUCTS}

_OTHERS = (
    Article("TEA-ALM-012", "box", (0.14, 0.08, 0.18), "杏仁茶", "ALMOND DRINK", "12 包", "#f5ead7", "#c9905c", "#5b3a20", "bean", 120),
    Article("TEA-SES-012", "box", (0.14, 0.08, 0.18), "芝麻糊", "BLACK SESAME", "12 包", "#34323a", "#d6c3a3", "#f7f0e4", "bean", 120),
    Article("BRK-COR-300", "box", (0.18, 0.08, 0.25), "玉米脆片", "CORN FLAKES", "300 g", "#f7c93b", "#d9482b", "#5a2312", "sun", 110),
    Article("SNK-COO-160", "box", (0.19, 0.06, 0.15), "莓果餅乾", "BERRY COOKIES", "160 g", "#c43f66", "#ffe1e6", "#fff7f4", "berry", 75),
    Article("SNK-SWP-150", "pouch", (0.18, 0.075, 0.24), "地瓜脆片", "SWEET POTATO", "150 g", "#7b3f8c", "#ffc766", "#fff6ea", "sun", 59),
    Article("SNK-PLU-100", "pouch", (0.15, 0.06, 0.21), "甘甜梅子", "DRIED PLUMS", "100 g", "#a4345a", "#f4c4cf", "#fff3f3", "berry", 50),
    Article("SNK-POP-090", "pouch", (0.19, 0.08, 0.25), "焦糖爆米花", "CARAMEL POPCORN", "90 g", "#f2d9a0", "#b0622a", "#57280f", "peanut", 49),
    Article("SNK-SQU-070", "pouch", (0.15, 0.06, 0.21), "炭烤魷魚", "GRILLED SQUID", "70 g", "#2b2f3b", "#e8743b", "#fff2e2", "wave", 89),
    Article("CAN-COR-340", "tin", (0.085, 0.085, 0.11), "甜玉米粒", "SWEET CORN", "340 g", "#ffd84d", "#3d8b3d", "#1f4a22", "grain", 39),
    Article("CAN-TUN-180", "tin", (0.095, 0.095, 0.065), "水煮鮪魚", "TUNA", "180 g", "#2a78a8", "#d8eef7", "#ffffff", "wave", 42),
    Article("SAU-VIN-500", "bottle", (0.08, 0.08, 0.255), "米醋", "RICE VINEGAR", "500 ml", "#f8f1dc", "#3e7b57", "#1f3b2a", "drop", 60),
    Article("SAU-SES-300", "bottle", (0.075, 0.075, 0.235), "香油", "SESAME OIL", "300 ml", "#f6c65b", "#8b3c1c", "#40200f", "drop", 110),
    Article("SAU-CUR-200", "box", (0.16, 0.06, 0.12), "咖哩塊", "CURRY ROUX", "200 g", "#d97b1d", "#fff0c4", "#3c1c08", "bowl", 72),
    Article("NDL-SEA-001", "cup", (0.145, 0.145, 0.105), "海鮮湯麵", "SEAFOOD NOODLES", "105 g", "#1f6fb0", "#c9ecff", "#ffffff", "bowl", 45),
    Article("NDL-VEG-001", "cup", (0.145, 0.145, 0.105), "蔬菜湯麵", "VEGETABLE NOODLES", "100 g", "#3e8b44", "#e6f4b8", "#ffffff", "bowl", 45),
    Article("DRK-GRN-600", "pet", (0.07, 0.07, 0.235), "綠茶", "GREEN TEA", "600 ml", "#5fae4e", "#eef8d6", "#ffffff", "leaf", 29),
    Article("DRK-LEM-600", "pet", (0.07, 0.07, 0.235), "檸檬水", "LEMON WATER", "600 ml", "#fff27a", "#e2a800", "#5c4700", "citrus", 29),
    Article("DRK-WAT-600", "pet", (0.068, 0.068, 0.23), "水", "WATER", "600 ml", "#d8effa", "#2f86c4", "#0f4f84", "drop", 18),
    Article("DRK-ORG-936", "carton", (0.095, 0.095, 0.245), "柳橙汁", "ORANGE JUICE", "936 ml", "#f58a1f", "#fff1cf", "#ffffff", "citrus", 89),
    Article("DRK-COC-936", "carton", (0.095, 0.095, 0.245), "可可牛乳", "COCOA MILK", "936 ml", "#5b3423", "#f0cfa4", "#fff3e2", "drop", 98),
    Article("FRE-TOF-300", "box", (0.13, 0.09, 0.06), "嫩豆腐", "SILKEN TOFU", "300 g", "#f4f7f2", "#3f8f8a", "#17514e", "wave", 25),
    Article("FRE-PUD-100", "cup", (0.085, 0.085, 0.085), "布丁", "PUDDING", "100 g", "#ffe08a", "#9c5a1e", "#5a2f0c", "circle", 22),
    Article("HOM-TIS-110", "box", (0.23, 0.12, 0.09), "抽取衛生紙", "TISSUES", "110 抽", "#cfe6ee", "#4f93ad", "#1d4f63", "leaf", 20),
    Article("HOM-DIS-800", "bottle", (0.10, 0.10, 0.26), "洗碗精", "DISH SOAP", "800 ml", "#e5f5d9", "#56a23c", "#1f5213", "drop", 69),
    Article("HOM-DET-003", "pouch", (0.20, 0.10, 0.28), "洗衣粉", "LAUNDRY POWDER", "1.5 kg", "#2c5fae", "#ffd94d", "#ffffff", "sun", 129),
    Article("NDL-PIL-085", "flow", (0.165, 0.05, 0.115), "麻油麵線", "SESAME OIL VERMICELLI", "85 g", "#f2b632", "#8c1f16", "#5b130d", "noodle", 25),
    Article("COF-BEA-250", "pouch", (0.14, 0.09, 0.24), "咖啡豆", "COFFEE BEANS", "250 g", "#d9c3a1", "#3a2418", "#2c1a10", "cup", 360),
    Article("DRK-PLU-330", "can", (0.066, 0.066, 0.122), "烏梅汽水", "PLUM SODA", "330 ml", "#5a1f3a", "#e98aa4", "#ffeef2", "berry", 25),
    Article("DRK-OOL-330", "can", (0.066, 0.066, 0.122), "冷泡烏龍", "COLD OOLONG", "330 ml", "#1f6a5a", "#e6d59a", "#f8f3df", "leaf", 28),
    Article("DRK-GUA-250", "brick", (0.062, 0.040, 0.115), "芭樂汁", "GUAVA JUICE", "250 ml", "#8cc152", "#e8476a", "#ffffff", "sun", 15),
    Article("DRK-WHE-250", "brick", (0.062, 0.040, 0.115), "麥香奶茶", "WHEAT MILK TEA", "250 ml", "#d99a4e", "#5a3014", "#fff3de", "grain", 15),
    Article("JAR-PIC-350", "jar", (0.08, 0.08, 0.12), "醬瓜", "PICKLED CUCUMBER", "350 g", "#eaf0d6", "#4e7a35", "#28401a", "melon", 55),
    Article("HOM-SPR-500", "bottle", (0.09, 0.09, 0.25), "廚房清潔", "KITCHEN CLEANER", "500 ml", "#fde9d0", "#e8762d", "#6b2b08", "citrus", 79),
)

# fmt: on

ARTICLES = {a.sku: a for a in (*(p.article for p in _PRODUCTS), *_OTHERS)}
